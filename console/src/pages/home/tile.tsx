// A tile of the home page: what it is about, how that stands, and the way to the page of it.
import { Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useErrorText } from '../../ui/states';

interface Props {
  readonly title: string;
  readonly icon: ReactNode;
  /** A link to the page. */
  readonly link: ReactNode;
  readonly children: ReactNode;
}

export function Tile({ title, icon, link, children }: Props) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title} h="100%">
      <Stack gap={6} h="100%" justify="space-between">
        <Stack gap={6}>
          <Group gap={8} wrap="nowrap">
            {icon}
            <Title order={2} size="h6" c="dimmed">
              {title}
            </Title>
          </Group>
          {children}
        </Stack>
        <Text size="sm" component="div">
          {link}
        </Text>
      </Stack>
    </Paper>
  );
}

export const Big = ({
  children,
  isBad = false,
}: {
  readonly children: ReactNode;
  readonly isBad?: boolean;
}) => (
  <Text
    size="lg"
    fw={600}
    component="div"
    {...(isBad && { c: 'light-dark(var(--mantine-color-red-8), var(--mantine-color-red-4))' })}
  >
    {children}
  </Text>
);

export const Small = ({ children }: { readonly children: ReactNode }) => (
  <Text size="sm" c="dimmed" component="div">
    {children}
  </Text>
);

/** What a tile shows of a query: while it comes, and where it failed, too. */
export function Told<T>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}) {
  const textOf = useErrorText();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Small>{textOf(query.error)}</Small>;
  return <Skeleton height={28} />;
}
