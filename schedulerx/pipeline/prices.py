"""What AWS asks: region us-east-1, US dollars, on demand, free tiers left out.

From the services' public price pages (aws.amazon.com/<service>/pricing), as of `AS_OF`. Other
regions are within some 20 %. Not in here, because it does not grow with a run: the database
(Aurora at $0.12 an ACU-hour while awake), storage, CloudWatch.
"""

from __future__ import annotations

from datetime import date

AS_OF = date(2026, 11, 21)
REGION = "us-east-1"

FARGATE_VCPU_HOUR = 0.04048  # Linux, x86
FARGATE_GB_HOUR = 0.004445
FARGATE_STORAGE_GB_HOUR = 0.000111  # above the 20 GB that are included
FARGATE_STORAGE_INCLUDED_GB = 20
FARGATE_LEAST_S = 60  # a task is billed for a minute at least

LAMBDA_GB_SECOND = 0.0000166667
LAMBDA_REQUEST = 0.20 / 1_000_000

S3_PUT = 0.005 / 1000  # PUT, COPY, POST, LIST
S3_LIST = 0.005 / 1000
S3_GET = 0.0004 / 1000

STEP_FUNCTIONS_TRANSITION = 0.000025  # standard workflows

TEXTRACT_PAGE = 0.0015  # DetectDocumentText, the first million pages of a month
