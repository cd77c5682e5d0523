// To be written.
import { Empty } from '../../ui/states';

export default function RestorePage() {
  return <Empty />;
}
