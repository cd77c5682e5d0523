// Erasures: what follows from the erasure of a record, beyond the record itself.
import { Module } from '@nestjs/common';
import { CrmModule } from '../crm/crm.module';
import { ErasureProcess } from './erasure.process';

@Module({ imports: [CrmModule], providers: [ErasureProcess] })
export class ErasureModule {}
