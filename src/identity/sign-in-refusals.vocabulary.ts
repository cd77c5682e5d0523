// What whoever signs in, or is in a session, may be refused with: rows of the table of refusals.

const refused = (status: 401 | 403, subCategory: string, message: string) => ({
  ...{ status, category: status === 401 ? 'INVALID_AUTHENTICATION' : 'FORBIDDEN', subCategory, message },
});
const conflict = (subCategory: string, message: string) => ({
  ...{ status: 409, category: 'CONFLICT', subCategory, message },
});

export const signInRefusals = {
  'password-wrong': refused(401, 'PASSWORD_WRONG', 'The password is wrong'),
  'two-factor-not-set-up': refused(403, 'TWO_FACTOR_NOT_SET_UP', 'Set up a second factor first'),
  'address-not-allowed': refused(403, 'ADDRESS_NOT_ALLOWED', 'The API key may not be used from this address'),
  'totp-required': refused(
    401,
    'TOTP_REQUIRED',
    'A current code of the second factor is needed; each is good once',
  ),
  'reset-link-invalid': refused(
    401,
    'RESET_LINK_INVALID',
    'The link has expired, was used before, or another was sent after it: ask for a new one',
  ),
  'csrf-token-wrong': refused(
    403,
    'CSRF_TOKEN_WRONG',
    'A session in a cookie changes something only for a page of this server that sends X-Strata-CSRF: GET /auth/v1/csrf',
  ),
  'step-up-required': refused(
    403,
    'STEP_UP_REQUIRED',
    'Prove again who you are: POST /auth/v1/step-up, at most ten minutes before',
  ),
  'sso-not-set-up': {
    ...{ status: 404, category: 'OBJECT_NOT_FOUND', subCategory: 'SSO_NOT_SET_UP' },
    message: 'Single sign-on is not set up: the settings OIDC_… say how',
  },
  'sso-unavailable': {
    ...{ status: 503, category: 'SSO_UNAVAILABLE' },
    message: 'The provider of single sign-on does not answer; try again in a moment',
  },
  'sso-off': refused(403, 'SSO_OFF', 'The account does not allow single sign-on'),
  'sso-state-invalid': refused(
    401,
    'SSO_STATE_INVALID',
    'This sign-in has expired, was used before, or began in another browser: GET /auth/v1/sso/login',
  ),
  'sso-refused': refused(
    401,
    'SSO_REFUSED',
    'The provider has not signed you in, or what it said cannot be trusted: GET /auth/v1/sso/login',
  ),
  'sso-email-unverified': refused(
    403,
    'SSO_EMAIL_UNVERIFIED',
    'The provider does not say that your e-mail address is verified',
  ),
  'sso-user-unknown': refused(
    403,
    'SSO_USER_UNKNOWN',
    'No user who may come in has this e-mail address: ask for an invitation',
  ),
  'sso-required': refused(
    403,
    'SSO_REQUIRED',
    'This account is signed in to by single sign-on: GET /auth/v1/sso/login',
  ),
  'sso-steps-up': refused(
    403,
    'SSO_STEPS_UP',
    'A session of single sign-on is proved again by GET /auth/v1/sso/login?stepUp=true, not by a password',
  ),
  'employee-login-not-set-up': {
    ...{ status: 404, category: 'OBJECT_NOT_FOUND', subCategory: 'EMPLOYEE_LOGIN_NOT_SET_UP' },
    message: 'Employees of the vendor do not sign in here: the setting EMPLOYEE_KEYS says how',
  },
  'employee-assertion-wrong': refused(
    401,
    'EMPLOYEE_ASSERTION_WRONG',
    'The assertion is wrong, too old, or was used before: ask the sign-in of the vendor for another',
  ),
  'employee-access-off': refused(
    403,
    'EMPLOYEE_ACCESS_OFF',
    'The account does not let employees of the vendor in: a super admin may, by PUT /settings/v1/employee-access',
  ),
  'sso-not-allowed': conflict('SSO_NOT_ALLOWED', 'Single sign-on can be required only while it is allowed'),
  'break-glass-missing': conflict(
    'BREAK_GLASS_MISSING',
    'Name a super admin with a password, who may use it when the provider is out of reach',
  ),
};
