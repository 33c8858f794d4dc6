// The contract's messages under their own names. The only hand-made thing is the shape of a stream.
import type { components } from '@/api/schema';

type Schemas = components['schemas'];

export type Me = Schemas['Me'];
export type Preferences = Schemas['Preferences'];
export type Profile = Schemas['Profile'];
export type PointsEntry = Schemas['PointsEntry'];
export type RankingEntry = Schemas['RankingEntry'];
export type Token = Schemas['Token'];
export type CreatedToken = Schemas['CreateTokenResponse'];
export type Module = Schemas['Module'];
export type ContentSummary = Schemas['ContentSummary'];
export type Content = Schemas['Content'];
export type Component = Schemas['Component'];
export type Editor = Schemas['Editor'];
export type Hint = Schemas['Hint'];
export type Mcq = Schemas['Mcq'];
export type Quiz = Schemas['Quiz'];
export type Question = Schemas['Question'];
export type Answer = Schemas['Answer'];
export type Recent = Schemas['Recent'];
export type Draft = Schemas['Draft'];
export type Submission = Schemas['Submission'];
export type ValidatorResult = Schemas['ValidatorResult'];
export type TestGroupResult = Schemas['TestGroupResult'];
export type CompileResult = Schemas['CompileResult'];
export type SubmissionDone = Schemas['SubmissionDone'];
export type Language = Schemas['Language'];
export type CodeFile = Schemas['File'];
export type Mail = Schemas['Mail'];
export type RunnerState = Schemas['RunnerState'];
export type RunnerSlot = Schemas['RunnerSlot'];
export type RecentRun = Schemas['RecentRun'];

/** What arrives while an answer is judged. */
export type JudgeEvent =
  | { event: 'compile'; data: CompileResult }
  | { event: 'result'; data: ValidatorResult }
  | { event: 'done'; data: SubmissionDone };
