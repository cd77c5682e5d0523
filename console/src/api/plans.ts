// Plans restores: what is asked for leads to a plan, which shows what would change before anything does.
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answered, api } from './client';
import type { paths } from './generated';

type PlanPath =
  '/restores/v1/plans' | '/restores/v1/plans/undo' | '/time-travel/v1/compare/{comparisonId}/plan';
type Sent<Path extends PlanPath> = NonNullable<
  paths[Path]['post']['requestBody']
>['content']['application/json'];
/** What has a default may be left out, which the types generated from the description do not say. */
type Body<Path extends PlanPath> = Omit<Sent<Path>, 'modes' | 'direction'> & {
  readonly modes?: Partial<NonNullable<Sent<Path>['modes']>>;
  readonly direction?: 'from' | 'to';
};

type Asked =
  | { readonly undo: Body<'/restores/v1/plans/undo'> }
  | { readonly restore: Body<'/restores/v1/plans'> }
  | {
      readonly comparison: string;
      readonly choice: Body<'/time-travel/v1/compare/{comparisonId}/plan'>;
    };

const plan = (asked: Asked) => {
  if ('undo' in asked)
    return answered(
      api.POST('/restores/v1/plans/undo', { body: asked.undo as Sent<'/restores/v1/plans/undo'> }),
    );
  if ('restore' in asked)
    return answered(api.POST('/restores/v1/plans', { body: asked.restore as Sent<'/restores/v1/plans'> }));
  return answered(
    api.POST('/time-travel/v1/compare/{comparisonId}/plan', {
      params: { path: { comparisonId: asked.comparison } },
      body: asked.choice as Sent<'/time-travel/v1/compare/{comparisonId}/plan'>,
    }),
  );
};

/** Makes a plan and leads to it; what fails is told by whoever asks (`onError`). */
export function usePlanning(onError: (error: unknown) => void) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: plan,
    onSuccess: ({ id }) => navigate({ to: '/restores/plans/$planId', params: { planId: id } }),
    onError,
  });
}
