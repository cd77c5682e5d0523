// That a row stands in the log as it was signed: by which checkpoint, and with what it is checked by oneself.
import { Button, Code, Collapse, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconShieldCheck, IconShieldQuestion } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../../api/errors';
import { Copy, Facts, When } from '../../../ui/shown';
import { useFormats } from '../../../words/formats';
import { proofQuery } from '../audit.queries';

export function Proof({ entryId }: { readonly entryId: string }) {
  const { t } = useTranslation(['audit', 'common']);
  const { number, time } = useFormats();
  const { data: proof, error } = useQuery(proofQuery(entryId));
  const [isOpen, { toggle }] = useDisclosure();
  if (error)
    return (
      <Group gap={6} wrap="nowrap" align="start">
        <IconShieldQuestion size={18} aria-hidden style={{ flexShrink: 0 }} />
        <Text size="sm">
          {error instanceof ApiError && error.status === 409 ? t('proof.notYet') : error.message}
        </Text>
      </Group>
    );
  if (!proof)
    return (
      <Text size="sm" c="dimmed">
        {t('proof.asking')}
      </Text>
    );
  const { checkpoint, index, leafHash, leaf, auditPath } = proof;
  return (
    <Stack gap="xs">
      <Group gap={6} justify="space-between" wrap="nowrap" align="start">
        <Group gap={6} wrap="nowrap" align="start">
          <IconShieldCheck
            size={18}
            aria-hidden
            color="var(--mantine-color-teal-7)"
            style={{ flexShrink: 0 }}
          />
          <Text size="sm">
            {t('proof.proved', { size: number(checkpoint.size), time: time(checkpoint.signedAt) })}
          </Text>
        </Group>
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={toggle}
          aria-expanded={isOpen}
          style={{ flexShrink: 0 }}
        >
          {t(isOpen ? 'common:actions.less' : 'proof.details')}
        </Button>
      </Group>
      <Collapse expanded={isOpen}>
        <Stack gap="xs">
          <Text size="xs" c="dimmed">
            {t('proof.means')}
          </Text>
          <Facts
            facts={[
              [t('proof.place'), t('proof.placeOf', { index: number(index), size: number(checkpoint.size) })],
              [t('proof.leaf'), <Hash key="leaf" value={leafHash} />],
              [t('proof.root'), <Hash key="root" value={checkpoint.rootHash} />],
              [t('proof.signed'), <When key="at" at={checkpoint.signedAt} />],
              leaf && [t('proof.stream'), `${leaf.stream} · ${leaf.revision}`],
              [t('proof.path'), t('proof.pathOf', { count: auditPath.length })],
            ]}
          />
          <Code block fz="xs" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {checkpoint.note}
          </Code>
          <Group gap="xs">
            <Copy value={JSON.stringify(proof, null, 2)} label={t('proof.copy')} />
            <Text size="xs" c="dimmed">
              {t('proof.copy')}
            </Text>
          </Group>
        </Stack>
      </Collapse>
    </Stack>
  );
}

const Hash = ({ value }: { readonly value: string }) => (
  <Group gap={4} wrap="nowrap">
    <Text span ff="monospace" fz="xs" truncate title={value}>
      {value}
    </Text>
    <Copy value={value} />
  </Group>
);
