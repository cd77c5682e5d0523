// A button that fetches a file by a link made for it at this moment: what is refused is told here, and not by the file's place.
import { Button, type ButtonProps } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { tellFailure } from './told';

interface Props extends ButtonProps {
  /** Makes the link. */
  readonly link: () => Promise<string>;
  readonly children: ReactNode;
  readonly 'aria-label'?: string | undefined;
}

/** Has the browser fetch a file. */
export function fetchFile(url: string, name = ''): void {
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
}

export function DownloadButton({ link, children, ...rest }: Props) {
  const [isBusy, setBusy] = useState(false);
  const download = async () => {
    setBusy(true);
    try {
      fetchFile(await link());
    } catch (error) {
      tellFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      leftSection={<IconDownload size={16} aria-hidden />}
      loading={isBusy}
      onClick={() => void download()}
      {...rest}
    >
      {children}
    </Button>
  );
}
