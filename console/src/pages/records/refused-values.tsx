// What the server says of values that it refused: at the field where it has one, otherwise below them all.
import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/errors';
import { Failure } from '../../ui/states';

export interface Refusals {
  readonly error: unknown;
  /** What is wrong with the value of a property. */
  readonly of: (property: string) => string | undefined;
  /** All that is wrong, by property. */
  readonly named: ReadonlyMap<string, string>;
  /** The record that has the value already. */
  readonly holder: string | undefined;
}

interface ValueError {
  readonly message?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

export function useRefusals(error: unknown): Refusals {
  const body = error instanceof ApiError ? error.body : undefined;
  const named = new Map<string, string>();
  for (const { message, context } of (body?.errors ?? []) as readonly ValueError[])
    for (const property of context?.propertyName ?? []) named.set(property, message ?? body?.message ?? '');
  return {
    error,
    named,
    of: (property) => named.get(property),
    holder: body?.context?.existingObjectId?.[0],
  };
}

/** Below the fields: who holds a value, and whatever no field could show. */
export function RefusedValues({
  objectType,
  refusals: { error, named, holder },
  shown,
}: {
  readonly objectType: string;
  readonly refusals: Refusals;
  readonly shown: readonly string[];
}) {
  const { t } = useTranslation('records');
  if (!error) return null;
  const isAllShown = named.size > 0 && [...named.keys()].every((name) => shown.includes(name));
  return (
    <Stack gap="xs" role="alert">
      {!isAllShown && <Failure error={error} />}
      {isAllShown && <Text size="sm">{t('edit.refused')}</Text>}
      {holder !== undefined && (
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/records/$objectType/$recordId" params={{ objectType, recordId: holder }} {...props} />
          )}
        >
          {t('edit.holder', { id: holder })}
        </Anchor>
      )}
    </Stack>
  );
}
