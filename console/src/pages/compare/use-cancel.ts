// Gives up a comparison that is still being made.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answered, api } from '../../api/client';
import { tellFailure } from '../../ui/told';

export function useCancel(comparisonId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answered(
        api.POST('/time-travel/v1/compare/{comparisonId}/cancel', { params: { path: { comparisonId } } }),
      ),
    onError: tellFailure,
    onSettled: () => queries.invalidateQueries({ queryKey: ['comparisons'] }),
  });
}
