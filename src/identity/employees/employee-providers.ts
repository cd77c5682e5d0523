// What Nest is told of employees of the vendor.
import { Assertions } from './assertions';
import { EmployeeAccess } from './employee-access';
import { ChangeEmployeeAccessHandler } from './employee-access.commands';
import { EmployeeAccessController } from './employee-access.controller';
import { GetEmployeeAccessHandler } from './employee-access.queries';
import { EmployeeLoginController } from './employee-login.controller';
import { LogInEmployeeHandler } from './employee-login.commands';
import { SpentAssertions } from './spent-assertions';

export const employeeControllers = [EmployeeLoginController, EmployeeAccessController];

export const employeeProviders = [
  ...[Assertions, EmployeeAccess, SpentAssertions],
  ...[ChangeEmployeeAccessHandler, GetEmployeeAccessHandler, LogInEmployeeHandler],
];
