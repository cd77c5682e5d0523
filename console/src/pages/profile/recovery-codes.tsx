// Shows recovery codes, once: they can be copied, downloaded and printed, and go only when it was said that they are stored.
import { Alert, Button, Checkbox, CopyButton, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconCopy, IconDownload, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session';

interface Props {
  readonly codes: readonly string[];
  readonly onStored: () => void;
}

export function RecoveryCodes({ codes, onStored }: Props) {
  const { t } = useTranslation(['profile', 'common']);
  const { user } = useMe();
  const [isStored, setStored] = useState(false);
  const heading = t('codes.heading', { email: user.email });
  const text = `${heading}\n\n${codes.join('\n')}\n`;
  return (
    <Modal
      opened
      onClose={() => isStored && onStored()}
      withCloseButton={false}
      closeOnEscape={isStored}
      closeOnClickOutside={false}
      title={t('codes.title')}
      size="md"
    >
      <Stack>
        <Alert color="orange">{t('codes.warning')}</Alert>
        <div className="print-alone">
          <Text size="sm" fw={600} mb="xs">
            {heading}
          </Text>
          <SimpleGrid component="ul" cols={{ base: 1, xs: 2 }} spacing="xs" m={0} p={0}>
            {codes.map((code) => (
              <Text key={code} component="li" ff="monospace" style={{ listStyle: 'none' }}>
                {code}
              </Text>
            ))}
          </SimpleGrid>
        </div>
        <Group gap="xs">
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                size="xs"
                leftSection={<IconCopy size={14} aria-hidden />}
                onClick={copy}
              >
                {t(copied ? 'common:actions.copied' : 'common:actions.copy')}
              </Button>
            )}
          </CopyButton>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconDownload size={14} aria-hidden />}
            component="a"
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
            download="strata-recovery-codes.txt"
          >
            {t('common:actions.download')}
          </Button>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPrinter size={14} aria-hidden />}
            onClick={() => print()}
          >
            {t('codes.print')}
          </Button>
        </Group>
        <Checkbox
          label={t('codes.stored')}
          checked={isStored}
          onChange={({ currentTarget }) => setStored(currentTarget.checked)}
        />
        <Button onClick={onStored} disabled={!isStored}>
          {t('common:actions.close')}
        </Button>
      </Stack>
    </Modal>
  );
}
