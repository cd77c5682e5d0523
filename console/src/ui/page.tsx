// The frame of a page: its title, what can be done on it, and the way up.
import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';

interface Props {
  readonly title: string;
  /** One sentence on what the page is for. */
  readonly lead?: ReactNode;
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode;
  /** What the page stands below, outermost first. */
  readonly above?: readonly {
    readonly label: string;
    readonly to: LinkProps['to'];
    readonly params?: object;
    readonly search?: object;
  }[];
  readonly children: ReactNode;
}

export function Page({ title, lead, actions, above, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Strata`;
  }, [title]);
  return (
    <Stack gap="md">
      {above && (
        <Breadcrumbs>
          {above.map(({ label, ...to }) => (
            <Anchor key={label} size="sm" renderRoot={(props) => <Link {...props} {...(to as LinkProps)} />}>
              {label}
            </Anchor>
          ))}
        </Breadcrumbs>
      )}
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={4} maw="70ch">
          <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }} dir="auto">
            {title}
          </Title>
          {lead !== undefined && (
            <Text c="dimmed" size="sm" component="div">
              {lead}
            </Text>
          )}
        </Stack>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
