"""Small databases with the columns that phones' own have."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

ANDROID_CALLS = """
CREATE TABLE calls (_id INTEGER PRIMARY KEY, number TEXT, date INTEGER, duration INTEGER,
    type INTEGER, name TEXT, features INTEGER);
INSERT INTO calls VALUES (4, '+15550100200', 1700000000123, 65, 1, 'Ada', 0),
    (9, '+15550100300', 1700000100000, 0, 3, NULL, 1), (10, '-2', 1700000200000, 5, 2, NULL, 0);
"""
ANDROID_SMS = """
CREATE TABLE sms (_id INTEGER PRIMARY KEY, thread_id INTEGER, address TEXT, date INTEGER,
    date_sent INTEGER, type INTEGER, subject TEXT, body TEXT);
INSERT INTO sms VALUES (1, 1, '5550100200', 1700000000000, 0, 1, NULL, 'come in'),
    (2, 1, '5550100200', 1700000001000, 0, 2, NULL, 'went out'),
    (3, 1, '5550100200', 1700000002000, 0, 3, NULL, 'a draft');
CREATE TABLE pdu (_id INTEGER PRIMARY KEY, date INTEGER, msg_box INTEGER, m_type INTEGER,
    sub TEXT);
CREATE TABLE addr (_id INTEGER PRIMARY KEY, msg_id INTEGER, address TEXT, type INTEGER);
CREATE TABLE part (_id INTEGER PRIMARY KEY, mid INTEGER, ct TEXT, name TEXT, cl TEXT, _data TEXT,
    text TEXT);
INSERT INTO pdu VALUES (7, 1700000300, 1, 132, NULL), (8, 1700000400, 1, 130, NULL);
INSERT INTO addr VALUES (1, 7, '+15550100400', 137), (2, 7, 'insert-address-token', 151),
    (3, 7, '+15550100500', 151);
INSERT INTO part VALUES (1, 7, 'application/smil', NULL, NULL, NULL, '<smil/>'),
    (2, 7, 'text/plain', NULL, NULL, NULL, 'look'),
    (3, 7, 'image/jpeg', NULL, 'beach.jpg', '/data/app_parts/PART_1', NULL);
"""
ANDROID_CONTACTS = """
CREATE TABLE raw_contacts (_id INTEGER PRIMARY KEY, contact_id INTEGER, display_name TEXT);
CREATE TABLE mimetypes (_id INTEGER PRIMARY KEY, mimetype TEXT);
CREATE TABLE data (_id INTEGER PRIMARY KEY, raw_contact_id INTEGER, mimetype_id INTEGER,
    data1 TEXT);
INSERT INTO raw_contacts VALUES (5, 1, 'Ada Example');
INSERT INTO mimetypes VALUES (1, 'vnd.android.cursor.item/phone_v2'),
    (2, 'vnd.android.cursor.item/email_v2'),
    (3, 'vnd.android.cursor.item/vnd.com.whatsapp.profile');
INSERT INTO data VALUES (1, 5, 1, '+15550100200'), (2, 5, 1, '+15550100201'),
    (3, 5, 2, 'ada@example.com'), (4, 5, 3, '15550100200@s.whatsapp.net');
"""
IOS_CALLS = """
CREATE TABLE ZCALLRECORD (Z_PK INTEGER PRIMARY KEY, ZANSWERED INTEGER, ZCALLTYPE INTEGER,
    ZORIGINATED INTEGER, ZDATE TIMESTAMP, ZDURATION FLOAT, ZADDRESS BLOB, ZNAME VARCHAR);
INSERT INTO ZCALLRECORD VALUES (1, 1, 1, 0, 700000000.5, 12.7, X'2b3135353530313030323030',
    'Ada'),
    (2, 0, 8, 0, 700000100, 0, '+15550100300', NULL), (3, 0, 1, 1, 700000200, 3, '+15550100300',
    NULL);
"""
IOS_OLD_CALLS = """
CREATE TABLE call (ROWID INTEGER PRIMARY KEY, address TEXT, date INTEGER, duration INTEGER,
    flags INTEGER, id INTEGER);
INSERT INTO call VALUES (1, '5550100200', 1300000000, 9, 4, -1), (2, '5550100300', 1300000100,
    8, 5, 1);
"""
IOS_MESSAGES = """
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY, id TEXT, service TEXT);
CREATE TABLE message (ROWID INTEGER PRIMARY KEY, text TEXT, attributedBody BLOB,
    handle_id INTEGER,
    date INTEGER, is_from_me INTEGER, item_type INTEGER, subject TEXT);
CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);
CREATE TABLE chat_handle_join (chat_id INTEGER, handle_id INTEGER);
CREATE TABLE attachment (ROWID INTEGER PRIMARY KEY, filename TEXT, transfer_name TEXT);
CREATE TABLE message_attachment_join (message_id INTEGER, attachment_id INTEGER);
INSERT INTO handle VALUES (1, '+15550100200', 'iMessage'), (2, 'bob@example.com', 'iMessage');
INSERT INTO message VALUES
    (1, 'seconds', NULL, 1, 500000000, 0, 0, NULL),
    (2, 'nanoseconds', NULL, 1, 700000000000000000, 1, 0, NULL),
    (4, NULL, NULL, 2, 700000000000000000, 0, 2, NULL),
    (5, char(65532), NULL, 2, 700000001000000000, 0, 0, NULL);
INSERT INTO chat_message_join VALUES (1, 2);
INSERT INTO chat_handle_join VALUES (1, 1), (1, 2);
INSERT INTO attachment VALUES (1, '~/Library/SMS/Attachments/a/IMG_1.HEIC', 'IMG_1.HEIC');
INSERT INTO message_attachment_join VALUES (5, 1);
"""
IOS_OLD_MESSAGES = """
CREATE TABLE message (ROWID INTEGER PRIMARY KEY, address TEXT, date INTEGER, text TEXT,
    flags INTEGER);
INSERT INTO message VALUES (1, '+15550100200', 1300000000, 'old', 2), (2, '+15550100200',
    1300000001, 'sent', 3);
"""
IOS_CONTACTS = """
CREATE TABLE ABPerson (ROWID INTEGER PRIMARY KEY, First TEXT, Middle TEXT, Last TEXT,
    Organization TEXT);
CREATE TABLE ABMultiValue (UID INTEGER PRIMARY KEY, record_id INTEGER, property INTEGER,
    value TEXT);
INSERT INTO ABPerson VALUES (3, 'Ada', NULL, 'Example', NULL), (4, NULL, NULL, NULL,
    'Example Ltd');
INSERT INTO ABMultiValue VALUES (1, 3, 3, '(555) 010-0200'), (2, 3, 4, 'ada@example.com'),
    (3, 4, 3, '+15550100900');
"""
MAC_CONTACTS = """
CREATE TABLE ZABCDRECORD (Z_PK INTEGER PRIMARY KEY, ZFIRSTNAME VARCHAR, ZLASTNAME VARCHAR);
CREATE TABLE ZABCDPHONENUMBER (Z_PK INTEGER PRIMARY KEY, ZOWNER INTEGER, ZFULLNUMBER VARCHAR);
CREATE TABLE ZABCDEMAILADDRESS (Z_PK INTEGER PRIMARY KEY, ZOWNER INTEGER, ZADDRESS VARCHAR);
INSERT INTO ZABCDRECORD VALUES (1, 'Ada', 'Example');
INSERT INTO ZABCDPHONENUMBER VALUES (1, 1, '+15550100200');
INSERT INTO ZABCDEMAILADDRESS VALUES (1, 1, 'ada@example.com');
"""
WHATSAPP = """
CREATE TABLE jid (_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT);
CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT);
CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER,
    sender_jid_row_id INTEGER, timestamp INTEGER, text_data TEXT, message_type INTEGER);
CREATE TABLE message_media (message_row_id INTEGER PRIMARY KEY, file_path TEXT, media_name TEXT);
CREATE TABLE call_log (_id INTEGER PRIMARY KEY, jid_row_id INTEGER, from_me INTEGER,
    timestamp INTEGER, duration INTEGER, video_call INTEGER, call_result INTEGER);
INSERT INTO jid VALUES (1, '15550100200', 's.whatsapp.net', '15550100200@s.whatsapp.net'),
    (2, '123-456', 'g.us', '123-456@g.us'),
    (3, '15550100300', 's.whatsapp.net', '15550100300.0:7@s.whatsapp.net');
INSERT INTO chat VALUES (1, 1, NULL), (2, 2, 'Group');
INSERT INTO message VALUES (1, 1, 1, 0, 1700000000000, 'hello', 0),
    (2, 2, 0, 3, 1700000001000, 'from a member', 0), (3, 2, 0, 0, 1700000002000, NULL, 7),
    (4, 1, 0, 0, 1700000003000, NULL, 1);
INSERT INTO message_media VALUES (4, 'Media/WhatsApp Images/IMG-1.jpg', NULL);
INSERT INTO call_log VALUES (1, 1, 0, 1700000004000, 0, 1, 2);
"""
WHATSAPP_OLD = """
CREATE TABLE messages (_id INTEGER PRIMARY KEY, key_remote_jid TEXT, key_from_me INTEGER,
    data TEXT,
    timestamp INTEGER, remote_resource TEXT, status INTEGER, media_name TEXT, media_caption TEXT);
INSERT INTO messages VALUES (1, '-1', 0, NULL, 0, NULL, -1, NULL, NULL),
    (2, '15550100200@s.whatsapp.net', 0, 'old', 1500000000000, NULL, 0, NULL, NULL),
    (3, '123@g.us', 0, NULL, 1500000001000, '15550100300@s.whatsapp.net', 0, 'v.mp4', 'see'),
    (4, '123@g.us', 0, NULL, 1500000002000, NULL, 6, NULL, NULL);
"""
WHATSAPP_CONTACTS = """
CREATE TABLE wa_contacts (_id INTEGER PRIMARY KEY, jid TEXT, display_name TEXT, wa_name TEXT);
INSERT INTO wa_contacts VALUES (1, '15550100200@s.whatsapp.net', NULL, 'Ada'), (2, '123@g.us',
    'Group', NULL);
"""


def database(folder: Path, script: str, name: str = "any.bin") -> Path:
    """A database made by a script; its name says nothing."""
    path = folder / name
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path
