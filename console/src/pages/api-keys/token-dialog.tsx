// Shows the token of a key, once: nobody can show it again.
import { Alert, Button, Checkbox, Code, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { When } from '../../ui/shown';

export interface Shown {
  readonly name: string;
  readonly token: string;
  /** Until when the token before counts, where there was one. */
  readonly previousUntil?: string;
}

export function TokenDialog({ shown, onClose }: { readonly shown: Shown; readonly onClose: () => void }) {
  const { t } = useTranslation(['apiKeys', 'common']);
  const [isStored, setStored] = useState(false);
  return (
    <Modal
      opened
      onClose={() => isStored && onClose()}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={isStored}
      title={t('token.title', { name: shown.name })}
      size="lg"
    >
      <Stack>
        <Alert color="orange">{t('token.warning')}</Alert>
        <Group wrap="nowrap" align="stretch">
          <Code block style={{ flex: 1, overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
            {shown.token}
          </Code>
          <CopyButton value={shown.token}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                h="auto"
                leftSection={
                  copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
                }
                onClick={copy}
                data-autofocus
              >
                {t(copied ? 'common:actions.copied' : 'common:actions.copy')}
              </Button>
            )}
          </CopyButton>
        </Group>
        {shown.previousUntil !== undefined && (
          <Text size="sm">
            {t('token.previous')} <When at={shown.previousUntil} />
          </Text>
        )}
        <Checkbox
          label={t('token.stored')}
          checked={isStored}
          onChange={({ currentTarget }) => setStored(currentTarget.checked)}
        />
        <Button onClick={onClose} disabled={!isStored}>
          {t('common:actions.close')}
        </Button>
      </Stack>
    </Modal>
  );
}
