// An address that no page has.
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty } from '../ui/states';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty
      title={t('states.notFound')}
      text={t('states.notFoundText')}
      action={
        <Button renderRoot={(props) => <Link to="/" {...props} />} variant="default">
          {t('states.home')}
        </Button>
      }
    />
  );
}
