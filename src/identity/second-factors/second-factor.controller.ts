// Routes of /auth/v1/2fa: the caller's second factor, and its recovery codes.
import { Body, Controller, Delete, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, positionHeader } from '../../http/asked';
import { isOne, proofOf, recoveryCode, totp } from '../identity.bodies';
import {
  ActivateTwoFactor,
  DisableTwoFactor,
  EnrolTwoFactor,
  RenewRecoveryCodes,
} from './second-factor.commands';

class CodeBody extends createZodDto(z.strictObject({ totp })) {}

class ProofBody extends createZodDto(
  z
    .strictObject({ totp: totp.optional(), recoveryCode: recoveryCode.optional() })
    .refine(isOne, 'give one of totp and recoveryCode'),
) {}

const PROVED = { session: true, stepUp: true };

@ApiTags('Identity')
@Access(PROVED)
@Controller('auth/v1/2fa')
export class SecondFactorController {
  constructor(private readonly commands: CommandBus) {}

  @Access({ ...PROVED, beforeSecondFactor: true })
  @Post('enroll')
  @HttpCode(200)
  @ApiOperation({ summary: 'Get a secret for a second factor, in place of one that was never activated' })
  enrol(@Asked() asked: CommandContext) {
    return this.commands.execute(new EnrolTwoFactor(asked));
  }

  @Access({ ...PROVED, beforeSecondFactor: true })
  @Post('activate')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Activate the second factor with a first code; the recovery codes are shown once',
  })
  activate(
    @Body() { totp }: CodeBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.codes(new ActivateTwoFactor(totp, asked), reply);
  }

  @Post('recovery-codes')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make new recovery codes, in place of all that are left; they are shown once' })
  renew(
    @Body() { totp }: CodeBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.codes(new RenewRecoveryCodes(totp, asked), reply);
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Switch the second factor off with a code, or with a recovery code' })
  async disable(
    @Body() proof: ProofBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    positionHeader(reply, await this.commands.execute(new DisableTwoFactor(proofOf(proof)!, asked)));
  }

  private async codes(command: ActivateTwoFactor | RenewRecoveryCodes, reply: FastifyReply) {
    const { recoveryCodes, position } = await this.commands.execute(command);
    positionHeader(reply, position);
    return { recoveryCodes };
  }
}
