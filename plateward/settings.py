"""The hub's settings. A site sets `PLATEWARD_*` in the environment; docs/administrator/settings.md lists them."""

import os
from datetime import timedelta
from pathlib import Path

import dj_database_url

from plateward.environment import (
    env_certificate,
    env_choice,
    env_dems,
    env_directory,
    env_file,
    env_int,
    env_line,
    env_mailbox,
    env_networks,
    env_new_file,
    env_picture,
    env_policy_text,
    env_server,
    env_witness_policy,
)
from plateward.ground.links.ncic.switch import Dialect
from plateward.ground.links.secure import bearer
from plateward.ground.policy.limits import least_days, longest_days
from plateward.ground.vault.keyring import KeyRing
from plateward.people.rules import LEFT_AT_MOST, PROOF_FRESH_FOR, PROOF_LASTS

PACKAGE = Path(__file__).parent
MOST_PORT = 65_535

# The agency's policy packs (PLATEWARD_PACKS): nothing is made with packs that are malformed or contradict each other.
LEAST_DAYS, MOST_DAYS = least_days(hits=False), longest_days() or 3650
USUAL_DAYS = LEAST_DAYS or min(30, MOST_DAYS)

HOME = Path(os.environ.get("PLATEWARD_HOME", "var")).absolute()
KEYS = Path(os.environ.get("PLATEWARD_KEYS", HOME / "keys")).absolute()
DATA = HOME / "data"
WITNESS = env_new_file("PLATEWARD_WITNESS")  # receives every signed head of the audit log
# Who else keeps or cosigns its heads (docs/administrator/keys.md).
WITNESS_POLICY = env_witness_policy("PLATEWARD_WITNESS_POLICY")
WITNESS_AUTHORITY = env_file("PLATEWARD_WITNESS_AUTHORITY")  # PEM file; default: the machine's authorities
SYSLOG = env_server("PLATEWARD_SYSLOG", 6514)  # gets every head, over TLS
SYSLOG_AUTHORITY = env_file("PLATEWARD_SYSLOG_AUTHORITY")  # PEM file; default: the machine's authorities
LOG_ORIGIN = os.environ.get("PLATEWARD_LOG_ORIGIN", "")  # the audit log's name among C2SP's logs

# Opened here, so that no part of the hub runs without the key ring or with another hub's (6.i.i).
RING = KeyRing.first_start(KEYS, DATA)
SECRET_KEY = RING.key("session").hex()

DEBUG = False
ALLOWED_HOSTS = os.environ.get("PLATEWARD_HOSTS", "localhost,127.0.0.1").split(",")
PEOPLE_PORT = env_int("PLATEWARD_PORT", 8443, MOST_PORT, least=1)
DEVICE_PORT = env_int("PLATEWARD_DEVICE_PORT", 8444, MOST_PORT, least=1)
# The people's listener: a certificate of the agency's own CA, and the proxies that forward people to it.
CERTIFICATE = env_certificate("PLATEWARD_CERTIFICATE_FILE", "PLATEWARD_CERTIFICATE_KEY_FILE")
PROXIES = env_networks("PLATEWARD_PROXIES")

if url := os.environ.get("PLATEWARD_DATABASE_URL"):
    database = {"OPTIONS": {}} | dj_database_url.parse(url)
    # A machine or network that is gone fails within seconds (milliseconds for what is sent), and keeps no thread.
    gone = {
        "connect_timeout": 5,
        "tcp_user_timeout": 15_000,
        "keepalives_idle": 5,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    # Parameters are bound on the server, so that it plans a repeated query once per connection. It compiles none: each
    # is over in less time than that takes.
    given = database["OPTIONS"].get("options", os.environ.get("PGOPTIONS", ""))
    bound = {"server_side_binding": True, "prepare_threshold": 2, "options": f"{given} -c jit=off".strip()}
    DATABASES = {"default": database | {"OPTIONS": gone | database["OPTIONS"] | bound}}
else:
    DATABASES = {
        "default": {
            "ENGINE": "plateward.core.db.sqlcipher",
            "NAME": str(DATA / "hub.db"),
            # Under ASGI every request has its own thread: kept connections would leak.
            "CONN_MAX_AGE": 0,
            "OPTIONS": {"key": RING.key("database")},
            "TEST": {"NAME": str(DATA / "test.db")},
        }
    }
DATABASE_KIND = "PostgreSQL" if url else "SQLCipher"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "plateward.web",
    "plateward.people",  # before allauth, so that its templates are used
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "plateward.core.audit",
    "plateward.core.pages",
    "plateward.core.decisions",
    "plateward.field.fleet",
    "plateward.field.hotlists",
    "plateward.field.reads",
    "plateward.work.alerts",
    "plateward.work.dispatch",
    "plateward.work.evidence",
    "plateward.work.searches",
    "plateward.work.retention",
    "plateward.sharing",
    "plateward.oversight",
    "plateward.serve",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "plateward.web.middleware.StatusPages",
    "plateward.people.sign_in.middleware.DefaultDeny",
]

ROOT_URLCONF = "plateward.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "plateward.web.context.page_context",
            ],
        },
    }
]
STATIC_URL = "static/"
STATIC_ROOT = PACKAGE / "web" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "plateward.web.versioned.VersionedFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/(?!map/)"  # the map's are loaded by names that stay
WHITENOISE_AUTOREFRESH = False

USE_TZ = True
TIME_ZONE = os.environ.get("PLATEWARD_TIME_ZONE", "America/Denver")
USE_I18N = False
FORMAT_MODULE_PATH = "plateward.core.pages.formats"
LANGUAGE_CODE = "en-us"
FORM_RENDERER = "plateward.core.pages.renderer.Renderer"

# Sign-in.
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["plateward.people.backends.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "plateward.people.passwords.NotBanned"},
    {"NAME": "plateward.people.passwords.NotTooLong"},
]
BANNED_PASSWORDS = env_file("PLATEWARD_BANNED_PASSWORDS")
ACCOUNT_ADAPTER = "plateward.people.sign_in.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
# lockout.py does the locking for AC-7. This limit treats existing and unknown names alike, and holds back
# further guesses at a locked account. Only limits.py counts by address alone, and it locks no office out.
# `public`: forms sent from one address to the pages for the public (people/sign_in/strangers.py).
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key", "login": None, "public": "20/10m/key"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(PROOF_FRESH_FOR.total_seconds())
ACCOUNT_FORMS = {"change_password": "plateward.people.sign_in.forms.OwnPasswordForm"}
MFA_ADAPTER = "plateward.people.sign_in.adapters.MFAAdapter"
MFA_FORMS = {
    "activate_totp": "plateward.people.sign_in.forms.ActivateAppForm",
    "add_webauthn": "plateward.people.sign_in.forms.AddPasskeyForm",
    "authenticate": "plateward.people.sign_in.forms.FactorCodeForm",
    "authenticate_webauthn": "plateward.people.sign_in.forms.AuthenticatePasskeyForm",
    "edit_webauthn": "plateward.people.sign_in.forms.EditPasskeyForm",
    "login_webauthn": "plateward.people.sign_in.forms.LoginPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a found or stolen key is useless alone
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Plateward"
MFA_TOTP_TOLERANCE = 1  # accepts the previous and next code; people/forms.py accepts each code once
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
# The agency's directory, if it has one (OpenID Connect): docs/administrator/settings.md.
DIRECTORY = env_directory()
SESSION_ENGINE = "plateward.people.sessions"
SESSION_COOKIE_NAME = "__Host-plateward"
# The row outlives a locked session; people/rules.py decides how long a sign-in lasts.
SESSION_COOKIE_AGE = int((PROOF_LASTS + LEFT_AT_MOST).total_seconds())
SESSION_BESIDE_TERMINAL = env_choice("PLATEWARD_SESSION_BESIDE_TERMINAL", ("no", "yes")) == "yes"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_SAMESITE = "Strict"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_AGE = None
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_SAMESITE = "Strict"
# Failed sign-ins and used codes: shared by all processes, and never evicted before they expire.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Transport security, and what a page may load: nothing from another host.
SECURE_HSTS_SECONDS = 31_536_000
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 33 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 33 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# The site's own map, vector tiles in one PMTiles file; without it, maps show counties and towns.
MAP_TILES = env_file("PLATEWARD_MAP_TILES")
ROADS = env_file("PLATEWARD_ROADS")  # of the Census, so that a place is told by its road
POLICY_TEXT = env_policy_text("PLATEWARD_POLICY_TEXT")

# How long the agency keeps reads without a hit, within what its policy packs set. The hub refuses a read that arrives
# later.
READS_KEPT = timedelta(days=env_int("PLATEWARD_READS_KEPT_DAYS", USUAL_DAYS, MOST_DAYS, least=LEAST_DAYS))

# The integrity monitor: how much of the time it works on a node, in percent, and within how many days it has gone over
# all that is stored.
INTEGRITY_SHARE = env_int("PLATEWARD_INTEGRITY_SHARE", 10, 90, least=1)
INTEGRITY_WITHIN = timedelta(days=env_int("PLATEWARD_INTEGRITY_DAYS", 7, 90, least=1))

# Alerts: how near and how recently seen a unit counts as nearby; after how many seconds an unacknowledged
# alert escalates up the chain of command, by priority (0: never).
NEAR_KM = env_int("PLATEWARD_NEAR_KM", 16, 500)
NEAR_MINUTES = env_int("PLATEWARD_NEAR_MINUTES", 15, 1440)
ESCALATE_AFTER = {
    "high": env_int("PLATEWARD_ESCALATE_HIGH", 60, 86_400),
    "normal": env_int("PLATEWARD_ESCALATE_NORMAL", 300, 86_400),
    "low": env_int("PLATEWARD_ESCALATE_LOW", 1800, 86_400),
}
# Minutes until a vehicle rings again after its alert was handled, by how it was handled (0: at once). A
# vehicle that was not located rings at once; see work/alerts/routing/rules.py.
RINGS_AGAIN_AFTER = {
    "encounter": env_int("PLATEWARD_RINGS_AGAIN_ENCOUNTER", 60, 720),
    "enforcement": env_int("PLATEWARD_RINGS_AGAIN_ENFORCEMENT", 60, 720),
    "investigation": env_int("PLATEWARD_RINGS_AGAIN_INVESTIGATION", 30, 720),
    "not_verified": env_int("PLATEWARD_RINGS_AGAIN_NOT_VERIFIED", 60, 720),
    "stale": env_int("PLATEWARD_RINGS_AGAIN_STALE", 60, 720),
    **dict.fromkeys(
        ("misread", "other_plate", "wrong_state", "wrong_vehicle"),
        env_int("PLATEWARD_RINGS_AGAIN_OTHER_VEHICLE", 10, 720),
    ),
}

# Oversight: the days for a finding's outcome, and for an investigation; then reminders go up.
FINDING_DAYS = env_int("PLATEWARD_FINDING_DAYS", 7, 90, least=1)
INVESTIGATION_DAYS = env_int("PLATEWARD_INVESTIGATION_DAYS", 30, 365, least=1)

# Outside systems.
FEEDS = Path(
    os.environ.get("PLATEWARD_FEEDS", HOME / "feeds")
).absolute()  # feeds read folders below this one
NCIC_HOST = os.environ.get("PLATEWARD_NCIC_HOST", "127.0.0.1")
NCIC_PORT = env_int("PLATEWARD_NCIC_PORT", 8450, MOST_PORT, least=1)
NCIC_AUTHORITY = os.environ.get("PLATEWARD_NCIC_AUTHORITY")  # PEM file; default: the agency's own authority
NCIC_DIALECT = env_choice("PLATEWARD_NCIC_DIALECT", tuple(Dialect))
FMCSA_HOST = os.environ.get("PLATEWARD_FMCSA_HOST", "mobile.fmcsa.dot.gov")
FMCSA_PORT = env_int("PLATEWARD_FMCSA_PORT", 443, MOST_PORT, least=1)
FMCSA_AUTHORITY = os.environ.get("PLATEWARD_FMCSA_AUTHORITY")  # PEM file; default: the machine's authorities
FMCSA_KEY_FILE = env_file(
    "PLATEWARD_FMCSA_KEY_FILE"
)  # without it, FMCSA is queried for vehicles, not carriers
CAD_HOST = os.environ.get("PLATEWARD_CAD_HOST", "127.0.0.1")
CAD_PORT = env_int("PLATEWARD_CAD_PORT", 8451, MOST_PORT, least=1)
CAD_TYPE = os.environ.get("PLATEWARD_CAD_TYPE", "LPRHIT")  # CAD's name for calls of the LPR-hit type
CAD_AUTHORITY = os.environ.get("PLATEWARD_CAD_AUTHORITY")  # PEM file; default: the agency's own authority
CAD_TOKEN_FILE = env_file("PLATEWARD_CAD_TOKEN_FILE")  # the bearer token that identifies this hub to CAD
if CAD_TOKEN_FILE:
    bearer(CAD_TOKEN_FILE.read_text().strip(), "CAD")
CAD_CERTIFICATE = env_certificate(
    "PLATEWARD_CAD_CERTIFICATE_FILE", "PLATEWARD_CAD_KEY_FILE"
)  # or a client certificate
# The timestamp authority (RFC 3161) of evidence packages, and the PEM file by which its timestamps are checked.
TSA_URL = os.environ.get("PLATEWARD_TSA_URL", "")
TSA_AUTHORITY = env_file("PLATEWARD_TSA_AUTHORITY")
DEMS = env_dems()  # without it, people export by hand, and a second one confirms it
AGENCY_ORI = os.environ.get("PLATEWARD_ORI", "NM0000000")
AGENCY_NAME = env_line("PLATEWARD_AGENCY_NAME")  # on every printed paper, with the seal
SYSTEMS_OFFICER = env_mailbox(
    "PLATEWARD_SYSTEMS_OFFICER"
)  # the state's, notified of confirmed breaches (IR-6)
AGENCY_SEAL = env_picture("PLATEWARD_AGENCY_SEAL")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("PLATEWARD_LOG_LEVEL", "WARNING")},
}
