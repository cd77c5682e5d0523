// The account: opened once, and what it has subscribed to.
import { account, changeAccount, openAccount } from '../../../src/account/account.decider';
import type { AccountEvents } from '../../../src/account/account.events';
import { eventsOf } from '../../../src/eventsourcing/event';
import { at, deciding } from '../../support/spec';

const given = deciding(account);
const ev = eventsOf<AccountEvents>();
const opened = ev('account.opened.v1', { accountId: '1', tier: 'STARTER' });
const changed = (from: object, to: object) =>
  ev('account.subscription-changed.v1', { accountId: '1', from, to });
const grown = changed({ tier: 'STARTER' }, { tier: 'ENTERPRISE' });
const extended = changed({ addOns: [] }, { addOns: ['CONTENT_ENTERPRISE'] });

test('the account is opened once, with the tier of the first start', () => {
  given()
    .when((s) => openAccount(s, '1', 'STARTER'))
    .then(opened);
  given(opened)
    .when((s) => openAccount(s, '2', 'ENTERPRISE'))
    .thenNothing();
});

test('a change says what is another, and leaves the rest as it is', () => {
  given(opened)
    .when((s) => changeAccount(s, { tier: 'ENTERPRISE' }))
    .then(grown);
  given(opened, grown)
    .when((s) => changeAccount(s, { tier: 'ENTERPRISE', addOns: ['CONTENT_ENTERPRISE'] }))
    .then(extended);
  expect(given(opened, grown, extended).state).toEqual({
    ...{ status: 'open', accountId: '1', openedAt: at },
    subscription: { tier: 'ENTERPRISE', addOns: ['CONTENT_ENTERPRISE'] },
    security: { require2fa: false },
    guardrails: { approvalThreshold: 300 },
  });
});

test('the threshold of approval is another, and off, told apart from the rest', () => {
  const off = ev('account.guardrails-changed.v1', {
    ...{ accountId: '1', from: { approvalThreshold: 300 }, to: { approvalThreshold: 'off' } },
  });
  given(opened)
    .when((s) => changeAccount(s, { approvalThreshold: 'off' }))
    .then(off);
  given(opened, off)
    .when((s) => changeAccount(s, { approvalThreshold: 'off' }))
    .thenNothing();
  expect(given(opened, off).state).toMatchObject({ guardrails: { approvalThreshold: 'off' } });
});

test('a second factor is asked for, and no more, each told apart from the subscription', () => {
  const asked = ev('account.security-changed.v1', {
    ...{ accountId: '1', from: { require2fa: false }, to: { require2fa: true } },
  });
  given(opened)
    .when((s) => changeAccount(s, { require2fa: true, tier: 'ENTERPRISE' }))
    .then(grown, asked);
  given(opened, asked)
    .when((s) => changeAccount(s, { require2fa: true }))
    .thenNothing();
  given(opened, asked)
    .when((s) => changeAccount(s, { require2fa: false }))
    .then(
      ev('account.security-changed.v1', {
        ...{ accountId: '1', from: { require2fa: true }, to: { require2fa: false } },
      }),
    );
});

test.each([
  ['nothing', {}],
  ['the tier that it has', { tier: 'ENTERPRISE' }],
  [
    'the add-ons that it has, in whatever order and number',
    { addOns: ['CONTENT_ENTERPRISE', 'CONTENT_ENTERPRISE'] },
  ],
] as const)('who asks for %s changes nothing', (_, changes) =>
  given(opened, grown, extended)
    .when((s) => changeAccount(s, changes))
    .thenNothing(),
);

test('an add-on ends when it is left out of the list', () =>
  given(opened, extended)
    .when((s) => changeAccount(s, { addOns: [] }))
    .then(changed({ addOns: ['CONTENT_ENTERPRISE'] }, { addOns: [] })));
