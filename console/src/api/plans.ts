// Plans restores: what is asked for leads to a plan, which shows what would change before anything does.
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answered, api } from './client';
import type { paths } from './generated';

type Body<
  Path extends
    '/restores/v1/plans' | '/restores/v1/plans/undo' | '/time-travel/v1/compare/{comparisonId}/plan',
> = paths[Path]['post']['requestBody'] extends { content: { 'application/json': infer T } } | undefined
  ? T
  : never;

type Asked =
  | { readonly undo: Body<'/restores/v1/plans/undo'> }
  | { readonly restore: Body<'/restores/v1/plans'> }
  | { readonly comparison: string; readonly choice: Body<'/time-travel/v1/compare/{comparisonId}/plan'> };

const plan = (asked: Asked) => {
  if ('undo' in asked) return answered(api.POST('/restores/v1/plans/undo', { body: asked.undo }));
  if ('restore' in asked) return answered(api.POST('/restores/v1/plans', { body: asked.restore }));
  const params = { path: { comparisonId: asked.comparison } };
  return answered(api.POST('/time-travel/v1/compare/{comparisonId}/plan', { params, body: asked.choice }));
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
