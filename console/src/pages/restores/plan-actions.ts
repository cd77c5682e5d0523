// What can be done with a plan, as the pages ask for it.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answered, api, type Schemas } from '../../api/client';
import { planQuery, type Plan } from './restores.queries';

const paramsOf = (planId: string) => ({ path: { planId } });

function useKeep() {
  const queries = useQueryClient();
  return (plan: Plan | Schemas['PlanPlanView']) => {
    queries.setQueryData(planQuery(plan.id).queryKey, (known: Plan | undefined) => ({ ...known, ...plan }));
    void queries.invalidateQueries({ queryKey: ['plans'] });
  };
}

/** Asks for the same once more, against the records as they are now, and goes to the new plan. */
export function useReplan(planId: string) {
  const navigate = useNavigate();
  const keep = useKeep();
  return useMutation({
    mutationFn: () => answered(api.POST('/restores/v1/plans/{planId}/replan', { params: paramsOf(planId) })),
    onSuccess: async (plan) => {
      keep(plan);
      await navigate({ to: '/restores/plans/$planId', params: { planId: plan.id } });
    },
  });
}

export function useCancelPlan(planId: string) {
  const keep = useKeep();
  return useMutation({
    mutationFn: () => answered(api.POST('/restores/v1/plans/{planId}/cancel', { params: paramsOf(planId) })),
    onSuccess: keep,
  });
}

export function useJudge(planId: string) {
  const keep = useKeep();
  return useMutation({
    mutationFn: ({
      verdict,
      reason,
    }: {
      readonly verdict: 'approve' | 'reject';
      readonly reason: string;
    }) => {
      const asked = { params: paramsOf(planId), body: { reason } };
      return answered(
        verdict === 'approve'
          ? api.POST('/restores/v1/plans/{planId}/approve', asked)
          : api.POST('/restores/v1/plans/{planId}/reject', asked),
      );
    },
    onSuccess: keep,
  });
}

interface Execution {
  readonly reason?: string;
  readonly totp?: string;
}

/** Carries a plan out, with both confirmations given, and goes to the restore. */
export function useExecute(planId: string) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ reason, totp }: Execution) => {
      const confirm = { changesData: true, overwritesValues: true, ...(reason !== undefined && { reason }) };
      const body = { confirm, ...(totp !== undefined && { totp }) };
      return answered(api.POST('/restores/v1/plans/{planId}/execute', { params: paramsOf(planId), body }));
    },
    onSuccess: async ({ restoreId }) => {
      void queries.invalidateQueries({ queryKey: ['plans'] });
      void queries.invalidateQueries({ queryKey: ['restores'] });
      await navigate({ to: '/restores/$restoreId', params: { restoreId } });
    },
    onError: () => queries.invalidateQueries({ queryKey: planQuery(planId).queryKey }),
  });
}
