// Shows a secret that is answered once and never again.
import { Alert, Button, Code, Group, Modal, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Copy } from '../../ui/shown';

interface Props {
  readonly title: string;
  readonly text: string;
  readonly secret: string;
  readonly onClose: () => void;
}

export function SecretOnce({ title, text, secret, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={title} closeOnClickOutside={false}>
      <Stack>
        <Alert color="yellow">{text}</Alert>
        <Group gap="xs" wrap="nowrap">
          <Code style={{ overflowWrap: 'anywhere' }}>{secret}</Code>
          <Copy value={secret} />
        </Group>
        <Button onClick={onClose}>{t('actions.close')}</Button>
      </Stack>
    </Modal>
  );
}
