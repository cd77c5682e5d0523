// A link to the page that shows what an address of the API stands for; plain text where no page shows it.
import { Anchor, type AnchorProps } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { pageOf } from '../api/page-of';

interface Props extends AnchorProps {
  readonly path: string | null | undefined;
  readonly onClick?: () => void;
  readonly children: ReactNode;
}

export function PageLink({ path, children, ...rest }: Props) {
  const page = pageOf(path);
  if (!page) return <>{children}</>;
  return (
    <Anchor size="sm" {...rest} renderRoot={(props) => <Link {...props} {...(page as LinkProps)} />}>
      {children}
    </Anchor>
  );
}
