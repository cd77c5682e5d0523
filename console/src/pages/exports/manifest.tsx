// What the file of an export of the audit log holds, and how anybody can check that.
import { Anchor, Code, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Copy, Facts } from '../../ui/shown';
import { Answer } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { manifestQuery } from './exports.queries';

export function Manifest({ exportId }: { readonly exportId: string }) {
  const { t } = useTranslation('exports');
  const { number, bytes } = useFormats();
  const query = useQuery(manifestQuery(exportId));
  const code = (text: string) => (
    <Group gap={4} wrap="nowrap">
      <Code style={{ overflowWrap: 'anywhere' }}>{text}</Code>
      <Copy value={text} />
    </Group>
  );
  return (
    <Answer query={query}>
      {(manifest) => (
        <Stack gap="sm">
          <Facts
            facts={[
              [t('audit.count'), number(manifest.count)],
              [t('columns.size'), bytes(manifest.bytes)],
              [t('page.sha256'), code(manifest.sha256)],
              manifest.first != null && [t('audit.first'), manifest.first],
              manifest.last != null && [t('audit.last'), manifest.last],
              [t('audit.position'), manifest.position],
              [t('audit.logId'), code(manifest.logId)],
              [t('audit.version'), manifest.productVersion],
            ]}
          />
          <Title order={3} size="h5">
            {t('audit.check')}
          </Title>
          <Text size="sm">{t('audit.checkText')}</Text>
          {code(`sha256sum audit-export-${exportId}.${manifest.format}`)}
          {manifest.format === 'jsonl' && (
            <>
              <Text size="sm">{t('audit.checkLines')}</Text>
              {code(`grep -vc '^{"seal":' audit-export-${exportId}.jsonl   # ${manifest.count}`)}
              <Text size="sm">
                {t('audit.checkpoint')}{' '}
                <Anchor
                  size="sm"
                  underline="always"
                  renderRoot={(props) => <Link to="/integrity" {...props} />}
                >
                  {t('audit.integrity')}
                </Anchor>
              </Text>
            </>
          )}
        </Stack>
      )}
    </Answer>
  );
}
