"""Of reporting: the tracker, monthly reports, what oversight watches."""

from functools import partial

from .operations import Operation

_reporting = partial(Operation, "reporting")

SUMMARY = _reporting("GET /v1/programme/summary")
FIGURES = _reporting("GET /v1/programme/figures")
PEOPLE = _reporting("GET /v1/programme/people-with-outcomes")
SUSTAINMENT = _reporting("GET /v1/programme/sustainment")
WAITING_TIMES = _reporting("GET /v1/waiting-times")
TRACKER = _reporting("GET /v1/kpi-tracker")
TRACKER_CSV = _reporting("GET /v1/kpi-tracker/csv")
TRACKER_XLSX = _reporting("GET /v1/kpi-tracker/xlsx")
REPORTS = _reporting("GET /v1/monthly-reports")
REPORT = _reporting("GET /v1/monthly-reports/{month}")
SUBMIT_REPORT = _reporting("POST /v1/monthly-reports")
CORRECT_REPORT = _reporting("POST /v1/monthly-reports/{month}/corrections")
ACCEPT_REPORT = _reporting("POST /v1/monthly-reports/{month}/acceptance")
