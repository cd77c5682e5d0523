// To be written.
import { Empty } from '../../ui/states';

export default function ImportPage() {
  return <Empty />;
}
