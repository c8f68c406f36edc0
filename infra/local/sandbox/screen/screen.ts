import { jsonAnswer, type SandboxAnswer } from '../answer.ts';
import type { SandboxRequest } from '../request.ts';
import type { Rooms } from '../rooms.ts';
export const screen = (_request: SandboxRequest, _rooms: Rooms): SandboxAnswer => jsonAnswer(404, {});
