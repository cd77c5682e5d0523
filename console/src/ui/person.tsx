// Who did something, by name where the reader may know it.
import { Text } from '@mantine/core';
import { usePersonName } from '../api/properties';

export function Person({ id }: { readonly id: string | null | undefined }) {
  const nameOf = usePersonName();
  return (
    <Text span inherit dir="auto">
      {id ? nameOf(id) : '—'}
    </Text>
  );
}
