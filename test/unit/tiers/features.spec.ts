// The table of tiers: who has what, and that it is the one that the rest of Strata goes by.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { categories, visibleIn } from '../../../src/audit/taxonomy';
import { Refusal } from '../../../src/refusals';
import {
  addOns,
  type Feature,
  type FeatureRow,
  features,
  type Subscription,
  tiers,
} from '../../../src/tiers/features';
import { hasFeature, requireFeature } from '../../../src/tiers/requirements';

const rows = Object.entries<FeatureRow>(features) as [Feature, FeatureRow][];
const subscriptions: Subscription[] = tiers.flatMap((tier) => [
  { tier, addOns: [] },
  { tier, addOns },
]);

/** The answer to a subscription that lacks a feature; undefined where it has it. */
function refusedWith(subscription: Subscription, feature: Feature): Refusal | undefined {
  try {
    requireFeature(subscription, feature);
  } catch (error) {
    return error as Refusal;
  }
  return undefined;
}

test.each(rows)('%s is had from its tier on, with its add-on, and nowhere else', (feature, row) => {
  for (const subscription of subscriptions) {
    const isHigh = tiers.indexOf(subscription.tier) >= tiers.indexOf(row.tier);
    const isHad = isHigh && (row.addOn === undefined || subscription.addOns.length > 0);
    expect(hasFeature(subscription, feature)).toBe(isHad);
    expect(refusedWith(subscription, feature)?.detail).toEqual(
      isHad
        ? undefined
        : {
            message: expect.stringContaining(row.tier) as string,
            context: { requiredTier: [row.tier], ...(row.addOn && { requiredAddOn: [row.addOn] }) },
          },
    );
  }
});

test('the categories of the audit log go by it', () => {
  const { 'audit.security': security, 'audit.everything': everything } = features;
  expect(visibleIn(security.tier).map(({ id }) => id)).toEqual(['LOGIN', 'SECURITY_ACTIVITY']);
  expect(visibleIn(everything.tier)).toEqual(categories);
  for (const tier of tiers) {
    const shown =
      tiers.indexOf(tier) < tiers.indexOf(everything.tier) ? visibleIn(security.tier) : categories;
    expect(visibleIn(tier)).toEqual(shown);
  }
  const needing = categories.filter(({ exportAddOn }) => exportAddOn !== undefined);
  expect(needing.map(({ id, tier, exportAddOn }) => [id, tier, exportAddOn])).toEqual([
    ['CONTENT', features['audit.content-export'].tier, features['audit.content-export'].addOn],
  ]);
});

test('a feature is asked for somewhere, or is said to come', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('tiers/'))
    .map((file) => readFileSync(join('src', file), 'utf8'))
    .join('\n');
  // The tiers of categories stand in the vocabulary of the audit log, which is published.
  const byCategory: readonly Feature[] = ['audit.security', 'audit.everything'];
  const others = rows.filter(([feature]) => !byCategory.includes(feature));
  expect(others.filter(([, { toCome }]) => !toCome).map(([feature]) => feature)).toEqual(
    others.map(([feature]) => feature).filter((feature) => sources.includes(`'${feature}'`)),
  );
});
