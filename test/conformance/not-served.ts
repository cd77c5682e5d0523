// Published operations that Strata does not serve, and why. The docs show them; the conformance test holds both to it.
const noLimits = 'limits of how many records one may be associated with; there are no such limits here';
const configurations = '/crm/v4/associations/definitions/configurations';
const ofPair = `${configurations}/{fromObjectType}/{toObjectType}`;

export const notServed: Readonly<Record<string, string>> = {
  'GET /account-info/v3/api-usage/daily/private-apps':
    'tells how much of a daily limit of calls is used; there is no such limit here',
  'POST /crm/v4/associations/usage/high-usage-report/{userId}':
    'mails a report on records near a limit of associations; there is no such limit here',
  [`GET ${configurations}/all`]: noLimits,
  [`GET ${ofPair}`]: noLimits,
  [`POST ${ofPair}/batch/create`]: noLimits,
  [`POST ${ofPair}/batch/update`]: noLimits,
  [`POST ${ofPair}/batch/purge`]: noLimits,
};
