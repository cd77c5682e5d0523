// Links to other pages of the console, as small buttons and in lines of text.
import { Anchor, Button } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface Props {
  readonly to: string;
  readonly params?: object;
  readonly search?: object;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

export const GoButton = ({ icon, children, ...to }: Props) => (
  <Button
    size="compact-sm"
    variant="default"
    leftSection={icon}
    renderRoot={(props) => <Link {...props} {...(to as LinkProps)} />}
  >
    {children}
  </Button>
);

export const GoLink = ({ children, ...to }: Props) => (
  <Anchor inherit dir="auto" renderRoot={(props) => <Link {...props} {...(to as LinkProps)} />}>
    {children}
  </Anchor>
);
