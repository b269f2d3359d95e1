"""The hub's settings. A site sets what docs/administrator/settings.md lists, in plateward.toml or the environment."""

import sys
from datetime import timedelta
from pathlib import Path

from plateward import environment
from plateward.ground.config.reading import WrongSetting, authority_file, host_and_port, read, secret_file
from plateward.ground.links.secure import bearer
from plateward.ground.policy.limits import least_days, longest_days
from plateward.ground.vault.keyring import KeyRing
from plateward.people.rules import LEFT_AT_MOST, PROOF_FRESH_FOR, PROOF_LASTS

PACKAGE = Path(__file__).parent
SITE = read()

# The agency's policy packs: nothing is made with packs that are malformed or contradict each other.
LEAST_DAYS, MOST_DAYS = least_days(hits=False), longest_days() or 3650
USUAL_DAYS = LEAST_DAYS or min(30, MOST_DAYS)

HOME = SITE.home.absolute()
KEYS = SITE.keys or HOME / "keys"
DATA = HOME / "data"
SECRETS, AUTHORITIES = SITE.secrets or HOME / "secrets", SITE.authorities or HOME / "authorities"
WITNESS = environment.witness_file(SITE.witness.file)  # receives every signed head of the audit log
# Who else keeps or cosigns its heads (docs/administrator/keys.md).
WITNESS_POLICY = environment.witness_policy(SITE.witness.policy)
WITNESS_AUTHORITY = authority_file(AUTHORITIES, "witness")
SYSLOG = (
    host_and_port(SITE.witness.syslog, 6514) if SITE.witness.syslog else None
)  # gets every head, over TLS
SYSLOG_AUTHORITY = authority_file(AUTHORITIES, "syslog")
LOG_ORIGIN = SITE.witness.origin  # the audit log's name among C2SP's logs

# Opened here, so that no part of the hub runs without the key ring or with another hub's (6.i.i).
RING = KeyRing.first_start(KEYS, DATA)
SECRET_KEY, *SECRET_KEY_FALLBACKS = RING.session_keys()

DEBUG = False
ALLOWED_HOSTS = list(SITE.hosts)
PEOPLE_PORT, DEVICE_PORT = SITE.port, SITE.device_port
# The people's listener: a certificate of the agency's own CA, and the proxies that forward people to it.
CERTIFICATE = environment.certificate_pair(SITE.certificate_file, SITE.certificate_key_file)
PROXIES = environment.networks(SITE.proxies)
HEALTH_PORT = SITE.health_port  # for programs of this machine; 0: none

if SITE.database.url:
    password = secret_file(SECRETS, "database-password")
    DATABASES = {"default": environment.postgresql(SITE.database.url, password)}
    DATABASE_OWNER = SITE.database.owner
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
    DATABASE_OWNER = ""
DISK_ENCRYPTION = SITE.disk.encryption  # as the site declares it, for PostgreSQL
DATABASE_KIND = "PostgreSQL" if SITE.database.url else "SQLCipher"
DEFAULT_AUTO_FIELD = "plateward.core.db.fields.RowKeyField"

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
TIME_ZONE = SITE.time_zone
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
BANNED_PASSWORDS = SITE.people.banned_passwords
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
DIRECTORY = environment.directory(
    SITE.oidc, secret_file(SECRETS, "oidc-secret"), authority_file(AUTHORITIES, "oidc")
)
# Who works here (LDAP); a person approves what changes.
PEOPLE_DIRECTORY = environment.people_directory(
    SITE.ldap, secret_file(SECRETS, "ldap-password"), authority_file(AUTHORITIES, "ldap")
)
SESSION_ENGINE = "plateward.people.sessions"
SESSION_COOKIE_NAME = "__Host-plateward"
# The row outlives a locked session; people/rules.py decides how long a sign-in lasts.
SESSION_COOKIE_AGE = int((PROOF_LASTS + LEFT_AT_MOST).total_seconds())
SESSION_BESIDE_TERMINAL = SITE.people.session_beside_terminal
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
MAP_TILES = SITE.map.tiles
ROADS = SITE.map.roads  # of the Census, so that a place is told by its road
POLICY_TEXT = environment.policy_text(SITE.policy_text)

# How long the agency keeps reads without a hit, within what its policy packs set. The hub refuses a read that arrives
# later.
kept_days = SITE.reads.kept_days or USUAL_DAYS
if not LEAST_DAYS <= kept_days <= MOST_DAYS:
    raise WrongSetting(
        f"reads.kept_days is {kept_days}. The policy packs allow a whole number from {LEAST_DAYS} to {MOST_DAYS}."
    )
READS_KEPT = timedelta(days=kept_days)

# The integrity monitor: how much of the time it works on a node, in percent, and within how many days it has gone over
# all that is stored.
INTEGRITY_SHARE = 10
INTEGRITY_WITHIN = timedelta(days=7)

# Alerts: how near and how recently seen a unit counts as nearby; after how many seconds an unacknowledged
# alert escalates up the chain of command, by priority (0: never).
NEAR_KM, NEAR_MINUTES = SITE.alerts.near_km, SITE.alerts.near_minutes
ESCALATE_AFTER = {
    "high": SITE.alerts.escalate_high,
    "normal": SITE.alerts.escalate_normal,
    "low": SITE.alerts.escalate_low,
}
# Minutes until a vehicle rings again after its alert was handled, by how it was handled (0: at once). A
# vehicle that was not located rings at once; see work/alerts/routing/rules.py.
RINGS_AGAIN_AFTER = {
    "encounter": 60,
    "enforcement": 60,
    "investigation": 30,
    "not_verified": 60,
    "stale": 60,
    **dict.fromkeys(("misread", "other_plate", "wrong_state", "wrong_vehicle"), 10),
}

# Oversight: the days for a finding's outcome, and for an investigation; then reminders go up.
FINDING_DAYS, INVESTIGATION_DAYS = 7, 30

# Outside systems. An authority is a PEM file; by default the agency's own for NCIC and CAD, the machine's for others.
FEEDS = HOME / "feeds"  # feeds read folders below this one
NCIC_HOST, NCIC_PORT = host_and_port(SITE.ncic.address, 8450)
NCIC_AUTHORITY = authority_file(AUTHORITIES, "ncic")
NCIC_DIALECT = SITE.ncic.dialect
FMCSA_HOST, FMCSA_PORT = host_and_port(SITE.fmcsa.address, 443)
FMCSA_AUTHORITY = authority_file(AUTHORITIES, "fmcsa")
FMCSA_KEY_FILE = secret_file(SECRETS, "fmcsa-key")  # without it, FMCSA is queried for vehicles, not carriers
CAD_HOST, CAD_PORT = host_and_port(SITE.cad.address, 8451)
CAD_TYPE = SITE.cad.type  # CAD's name for calls of the LPR-hit type
CAD_AUTHORITY = authority_file(AUTHORITIES, "cad")
CAD_TOKEN_FILE = secret_file(SECRETS, "cad-token")  # the bearer token that identifies this hub to CAD
if CAD_TOKEN_FILE:
    bearer(CAD_TOKEN_FILE.read_text().strip(), "CAD")
_client = secret_file(SECRETS, "cad-certificate")  # or a client certificate, in one file with its key
CAD_CERTIFICATE = environment.certificate_pair(_client, _client)
# The timestamp authority (RFC 3161) of evidence packages, and the PEM file by which its timestamps are checked.
TSA_URL = SITE.tsa.url
TSA_AUTHORITY = authority_file(AUTHORITIES, "tsa")
DEMS = environment.dems_account(  # without it, people export by hand, and a second one confirms it
    SITE.dems, secret_file(SECRETS, "dems-secret"), authority_file(AUTHORITIES, "dems")
)
AGENCY_ORI = SITE.agency.ori
AGENCY_NAME = SITE.agency.name  # on every printed paper, with the seal
SYSTEMS_OFFICER = environment.mailbox(SITE.agency.systems_officer)  # notified of confirmed breaches (IR-6)
AGENCY_SEAL = environment.picture(SITE.agency.seal)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "plateward.core.log_lines.TextLine",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        },
        "json": {"()": "plateward.core.log_lines.JsonLine"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line" if sys.stderr.isatty() else "json"}
    },
    "root": {"handlers": ["stderr"], "level": SITE.log_level},
}
