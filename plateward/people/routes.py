"""Every route of the people's listener and what it asks. One without a row is refused, and fails a test."""

from enum import StrEnum

from plateward.people.permissions import Permission


class Open(StrEnum):
    """What a route asks where it asks no duty. Each step asks all that the ones before it ask."""

    BANNER = "nothing: it shows the banner"
    BEFORE_LOGIN = "an acknowledged banner"
    FIRST_FACTOR = "a password, from someone who has no second factor yet"
    SIGNED_IN = "a log-in with a second factor"


ROUTES: dict[str, Permission | Open] = {
    # Log-in.
    "banner": Open.BANNER,
    "account_inactive": Open.BEFORE_LOGIN,
    "account_login": Open.BEFORE_LOGIN,
    "account_logout": Open.BEFORE_LOGIN,
    "mfa_authenticate": Open.BEFORE_LOGIN,
    "mfa_login_webauthn": Open.BEFORE_LOGIN,
    # The first password of one's own, and the first second factor.
    "account_change_password": Open.FIRST_FACTOR,
    "account_reauthenticate": Open.FIRST_FACTOR,
    "mfa_activate_totp": Open.FIRST_FACTOR,
    "mfa_add_webauthn": Open.FIRST_FACTOR,
    "mfa_index": Open.FIRST_FACTOR,
    # One's own account.
    "access:mine": Open.SIGNED_IN,
    "access:notices": Open.SIGNED_IN,
    "access:notices_read": Open.SIGNED_IN,
    "home": Open.SIGNED_IN,
    "mfa_deactivate_totp": Open.SIGNED_IN,
    "mfa_edit_webauthn": Open.SIGNED_IN,
    "mfa_generate_recovery_codes": Open.SIGNED_IN,
    "mfa_list_webauthn": Open.SIGNED_IN,
    "mfa_reauthenticate_webauthn": Open.SIGNED_IN,
    "mfa_remove_webauthn": Open.SIGNED_IN,
    "mfa_view_recovery_codes": Open.SIGNED_IN,
    "training:acknowledge": Open.SIGNED_IN,
    "training:download": Open.SIGNED_IN,
    "training:version": Open.SIGNED_IN,
    # Duties.
    "access:interruptions": Permission.PERSON_VIEW,
    "access:leave": Permission.PERSON_MANAGE,
    "access:register": Permission.ACCESS_EXPORT,
    "access:register_file": Permission.ACCESS_EXPORT,
    "access:restore": Permission.PERSON_MANAGE,
    "access:switch_off": Permission.PERSON_SWITCH_OFF,
    "access:terminate": Permission.PERSON_MANAGE,
    "access:ask": Permission.ACCESS_REQUEST,
    "access:decide": Permission.ACCESS_APPROVE,
    "access:office_end": Permission.DESIGNATION_MAKE,
    "access:offices": Permission.DESIGNATION_MAKE,
    "access:recovery": Permission.RECOVERY_CONFIRM,
    "access:recovery_decide": Permission.RECOVERY_CONFIRM,
    "access:waiting": Permission.ACCESS_APPROVE,
    "access:welcome": Permission.PERSON_MANAGE,
    "alerts:act": Permission.ALERT_ACT,
    "alerts:alert": Permission.ALERT_VIEW,
    "alerts:confirm": Permission.ALERT_CONFIRM,
    "alerts:dispose": Permission.ALERT_DISPOSE,
    "alerts:observe": Permission.ALERT_OBSERVE,
    "alerts:queue": Permission.ALERT_VIEW,
    "alerts:stream": Permission.ALERT_VIEW,
    "alerts:verify": Permission.ALERT_VERIFY,
    "audit:index": Permission.AUDIT_VIEW,
    "fleet:index": Permission.FLEET_VIEW,
    "fleet:revoke": Permission.FLEET_MANAGE,
    "hotlists:apply": Permission.HOTLIST_IMPORT,
    "hotlists:import": Permission.HOTLIST_IMPORT,
    "hotlists:index": Permission.HOTLIST_VIEW,
    "hotlists:list": Permission.HOTLIST_VIEW,
    "people:index": Permission.PERSON_VIEW,
    "reads:image": Permission.IMAGE_VIEW,
    "training:add": Permission.TRAINING_MANAGE,
    "training:apply": Permission.TRAINING_MANAGE,
    "training:close": Permission.TRAINING_MANAGE,
    "training:course": Permission.TRAINING_VIEW,
    "training:course_add": Permission.TRAINING_MANAGE,
    "training:course_edit": Permission.TRAINING_MANAGE,
    "training:courses": Permission.TRAINING_VIEW,
    "training:duties": Permission.TRAINING_VIEW,
    "training:duty": Permission.TRAINING_VIEW,
    "training:duty_add": Permission.TRAINING_MANAGE,
    "training:exempt": Permission.TRAINING_MANAGE,
    "training:hand_over": Permission.TRAINING_MANAGE,
    "training:import": Permission.TRAINING_MANAGE,
    "training:index": Permission.TRAINING_VIEW,
    "training:material": Permission.TRAINING_MANAGE,
    "training:person": Permission.TRAINING_VIEW,
    "training:readers": Permission.TRAINING_VIEW,
    "training:release": Permission.TRAINING_MANAGE,
    "training:require": Permission.TRAINING_MANAGE,
    "training:withdraw": Permission.TRAINING_MANAGE,
}
