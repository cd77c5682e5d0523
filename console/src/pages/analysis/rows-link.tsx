// Leads to the rows behind a number.
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface Props {
  readonly filter: Readonly<Record<string, string>> | undefined;
  readonly label?: string;
  readonly children: ReactNode;
}

export const RowsLink = ({ filter, label, children }: Props) =>
  filter ? (
    <Anchor
      inherit
      aria-label={label}
      renderRoot={(props) => <Link to="/audit" search={{ ...filter, changed: '1' }} {...props} />}
    >
      {children}
    </Anchor>
  ) : (
    <>{children}</>
  );
