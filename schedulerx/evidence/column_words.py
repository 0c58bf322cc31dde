"""What columns hold, and the headers by which exports in several languages say so."""

from __future__ import annotations

from enum import StrEnum


class Column(StrEnum):
    """What a column holds."""

    CALLER = "caller"
    CALLEE = "callee"
    CALLER_NAME = "caller_name"
    CALLEE_NAME = "callee_name"
    DIRECTION = "direction"
    START = "start"
    DATE = "date"
    CLOCK = "clock"
    END = "end"
    DURATION = "duration"
    TEXT = "text"
    SUBJECT = "subject"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"
    IMEI = "imei"
    IMSI = "imsi"
    ICCID = "iccid"
    SERIAL = "serial"
    MAC = "mac"
    OWNER = "owner"
    BRAND = "brand"
    MODEL = "model"
    DEVICE_NAME = "device_name"
    AMOUNT = "amount"
    DEBIT = "debit"
    CREDIT = "credit"
    CURRENCY = "currency"
    COUNTERPARTY = "counterparty"
    ACCOUNT = "account"
    COUNTER_ACCOUNT = "counter_account"
    PURPOSE = "purpose"


# Headers as exports write them: English, German, French, Spanish, Italian. Compared after
# `plain_header`, so case, accents, punctuation, counters and "utc" do not matter.
PHRASES: dict[Column, str] = {
    Column.CALLER: """
        a, a number, a party, a msisdn, msisdn a, calling, calling number, calling party,
        calling party number, caller, caller number, caller id, callerid, caller phone, from,
        from number, from phone, source, source number, orig, origin, originating number,
        originator, sender, sender number, sender id, sender phone, anrufer, absender, von,
        rufnummer a, a rufnummer, a teilnehmer, appelant, numero appelant, expediteur, de,
        llamante, numero llamante, remitente, chiamante, numero chiamante, mittente""",
    Column.CALLEE: """
        b, b number, b party, b msisdn, msisdn b, called, called number, called party,
        called party number, callee, callee number, to, to number, to phone, dest, destination,
        destination number, recipient, recipients, recipient number, receiver, receiver number,
        dialed, dialed number, dialled, dialled number, empfanger, angerufener, an, nach,
        rufnummer b, b rufnummer, b teilnehmer, appele, numero appele, destinataire, llamado,
        numero llamado, destinatario, chiamato, numero chiamato, zielrufnummer, zielnummer,
        gewahlte rufnummer, angerufene nummer, number called, called no, dialled no""",
    Column.CALLER_NAME: "caller name, from name, sender name, calling name, anrufername",
    Column.CALLEE_NAME: "callee name, to name, recipient name, called name, receiver name",
    Column.DIRECTION: """
        direction, dir, type, call type, call direction, message type, richtung, anrufart, typ,
        sens, tipo, direccion, direzione, folder, ordner, dossier, carpeta, cartella""",
    Column.START: """
        start, start time, start date, start datetime, begin, begin time, date time, datetime,
        date and time, timestamp, time stamp, ts, epoch, when, call time, call date,
        call start, call start time, connect time, event time, sent, sent at, sent date, received,
        received at, date sent, date received, date unixtime, first seen, last seen, beginn,
        anrufbeginn, zeitpunkt, zeitstempel, datum uhrzeit, datum und uhrzeit, debut, horodatage,
        date heure, date et heure, since, valid from, assigned on, issued on, ausgabe am,
        ausgegeben am, seit, depuis, inicio,
        fecha hora, fecha y hora, inizio, data ora""",
    Column.DATE: """
        date, day, datum, jour, fecha, data, buchungstag, buchungsdatum, buchung, booking date,
        posting date, posted date, transaction date, date operation, date de l operation,
        date comptable, fecha operacion, fecha de operacion, data operazione, data contabile,
        boekdatum, value date, valutadatum, wertstellung, date valeur, fecha valor""",
    Column.CLOCK: "time, uhrzeit, zeit, heure, hora, ora",
    Column.END: """
        end, end time, end date, until, till, valid to, valid until, returned, returned on,
        ruckgabe am, zuruck am, ende, bis, fin, fine, hora fin""",
    Column.DURATION: """
        duration, duration s, duration sec, duration secs, duration seconds, duration in seconds,
        call duration, call length, length, seconds, secs, billsec, talk time, dauer,
        dauer s, dauer sekunden, dauer hh mm ss, gesprachsdauer, duree, duracion, durata""",
    Column.TEXT: """
        text, body, content, message, message text, message body, sms text, sms, nachricht,
        nachrichtentext, inhalt, corps, contenu, mensaje, texto, messaggio, testo""",
    Column.SUBJECT: "subject, betreff, objet, asunto, oggetto",
    Column.NAME: """
        name, full name, display name, contact name, contact, fn, kontakt, nom, nom complet,
        nombre completo, nome, nome completo""",
    Column.FIRST_NAME: "first name, firstname, given name, vorname, prenom, nombre",
    Column.LAST_NAME: """
        last name, lastname, family name, surname, nachname, familienname, nom de famille,
        apellido, apellidos, cognome""",
    Column.PHONE: """
        phone, phones, phone number, phone numbers, phone no, telephone, telephone number, tel,
        mobile,
        mobile number, mobile no, cell, cell number, number, msisdn, telefon, telefonnummer,
        rufnummer, handy, handynummer, mobil, mobilnummer, nummer, numero, numero de telephone,
        telefono, cellulare, movil, portable, mobiltelefon, telefon mobil, telefon privat,
        telefon geschaftlich, telefon dienstlich, telefon buro, telefon firma, telefon zentrale,
        autotelefon, haupttelefon, weiteres telefon, tel privat, tel geschaftlich, tel mobil,
        telephone bureau, telephone domicile, telephone mobile, telephone portable,
        telephone principal, tel mobile, tel portable, telefono movil, telefono particular,
        telefono del trabajo, telefono trabajo, telefono casa, telefono cellulare,
        telefono ufficio, telefono abitazione, party, parties, other
        party, remote party, gegenstelle""",
    Column.EMAIL: """
        email, emails, e mail, mail, email address, e mail address, mail address, upn,
        user principal name, e mail adresse, courriel, adresse mail, correo, correo electronico,
        posta elettronica""",
    Column.HANDLE: "skype, telegram, instagram, twitter, xmpp, jabber, signal, threema",
    Column.IMEI: "imei, imeisv, imei number, imei no, imei meid, meid",
    Column.IMSI: "imsi, imsi number",
    Column.ICCID: """
        iccid, icc id, icc, sim, sim card, sim number, sim no, sim serial, sim serial number,
        sim card number, simkarte, sim karte, sim kartennummer, sim nummer, kartennummer sim,
        carte sim, numero sim, numero de sim, tarjeta sim, scheda sim""",
    Column.SERIAL: """
        serial, serial number, serial no, serialnumber, sn, s n, seriennummer, seriennr,
        numero de serie, numero di serie""",
    Column.MAC: """
        mac, mac address, mac adresse, adresse mac, direccion mac, wifi, hw wifi, hw bt,
        bluetooth address, ethernet address, station""",
    Column.OWNER: """
        owner, owner name, assigned to, assigned user, assignee, issued to, allocated to, user,
        user name, username, user display, user display name, primary user, holder, employee,
        custodian, besitzer, inhaber, nutzer, benutzer, mitarbeiter, zugewiesen an, proprietaire,
        utilisateur, attribue a, propietario, usuario, asignado a, proprietario, utente""",
    Column.BRAND: "brand, make, manufacturer, vendor, hersteller, marke, marque, fabricant, marca",
    Column.MODEL: "model, model name, device model, modell, modele, modelo, modello",
    Column.DEVICE_NAME: """
        device, device name, host name, hostname, host, computer name, gerat, geratename,
        appareil, dispositivo""",
    Column.AMOUNT: """
        amount, betrag, betrag in, umsatz, umsatz in, montant, importe, importo, valor, bedrag,
        kwota, transaction amount, gross""",
    Column.DEBIT: """
        debit, debit amount, paid out, money out, withdrawal, withdrawals, soll, debe,
        cargo, dare, uscite""",
    Column.CREDIT: """
        credit, credit amount, paid in, money in, deposit, deposits, haben, haber,
        abono, avere, entrate""",
    Column.CURRENCY: "currency, ccy, wahrung, devise, divisa, moneda, valuta, moeda, waluta",
    Column.COUNTERPARTY: """
        counterparty, payee, payer, merchant, beneficiary, beneficiary name,
        begunstigter zahlungspflichtiger, auftraggeber begunstigter, auftraggeber empfanger,
        name zahlungsbeteiligter, zahlungsempfanger, zahlungsempfanger in, zahlungspflichtige r,
        partnername, partner name, gegenpartei, beneficiaire, beneficiario, contraparte,
        controparte, naam tegenpartij""",
    Column.ACCOUNT: "auftragskonto, iban auftragskonto, own account, own iban, rekening",
    Column.COUNTER_ACCOUNT: """
        kontonummer iban, iban zahlungsbeteiligter, counterparty iban, counterparty account,
        payee account, payee iban, beneficiary account, beneficiary iban, iban, kontonummer,
        partner iban, tegenrekening, iban beneficiaire, iban beneficiario""",
    Column.PURPOSE: """
        description, verwendungszweck, purpose, details, transaction description, narrative, memo,
        particulars, payment reference, reference, libelle, concepto, causale, descrizione,
        omschrijving, mededelingen""",
}
