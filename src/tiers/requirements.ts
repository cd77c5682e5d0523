// Whether what the account has subscribed to is enough, and the refusal where it is not.
import { Refusal } from '../refusals';
import { type Feature, type FeatureRow, features, type Subscription, type Tier, tiers } from './features';

/** Whether a tier has what a lower or the same one has. */
export const reaches = (tier: Tier, lowest: Tier): boolean => tiers.indexOf(tier) >= tiers.indexOf(lowest);

type Needed = Pick<FeatureRow, 'tier' | 'addOn'>;

const isMet = ({ tier, addOn }: Needed, by: Subscription): boolean =>
  reaches(by.tier, tier) && (addOn === undefined || by.addOns.includes(addOn));

export const hasFeature = (subscription: Subscription, feature: Feature): boolean =>
  isMet(features[feature], subscription);

/** Refuses with `tier-required`, naming the tier, and the add-on, that are needed, unless the account has them. */
export function requireTier(subscription: Subscription, needed: Needed): void {
  if (isMet(needed, subscription)) return;
  const { tier, addOn } = needed;
  throw new Refusal('tier-required', {
    message: `This needs the tier ${tier}${addOn === undefined ? '' : ` and the add-on ${addOn}`}`,
    context: { requiredTier: [tier], ...(addOn !== undefined && { requiredAddOn: [addOn] }) },
  });
}

export const requireFeature = (subscription: Subscription, feature: Feature): void =>
  requireTier(subscription, features[feature]);
