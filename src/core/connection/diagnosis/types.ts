import type { Flavour } from '../../topology/types';
import type { ConnectionErrorCode } from '../connectionError';
import type { Permission } from './permissions';

/**
 * What is tried on the way to a node, in this order; none is tried after one that failed. Behind a jump host that resolves
 * names; a unix socket stands for the first three.
 */
export type TestStepName = 'resolve' | 'tunnel' | 'tcp' | 'socket' | 'tls' | 'signIn' | 'server' | 'permissions';

export interface TestStep {
  name: TestStepName;
  outcome: 'passed' | 'warning' | 'failed';
  /** Whole sentences. */
  text: string;
  remedy?: string;
  /** Absent where nothing was waited for. */
  milliseconds?: number;
  /** Of a step that failed. */
  code?: ConnectionErrorCode | (string & {});
}

/** What a server showed of itself in the TLS handshake, verified or not. */
export interface CertificateFacts {
  subject: string;
  issuer: string;
  validFromMilliseconds: number;
  validToMilliseconds: number;
  /** Host names and addresses it is for. */
  names: readonly string[];
  /** The name it was verified against. */
  verifiedName: string;
  /** Every reason against it, each told apart. */
  problems: readonly { code: ConnectionErrorCode; text: string; remedy: string }[];
}

/** What the own user may do on one node. */
export interface PermissionFindings {
  /** Undefined where the server does not tell. */
  user: string | undefined;
  /** `dryRun`: the server was asked what it would allow; `asked`: only what reads was tried, the rest is `unknown`. */
  how: 'dryRun' | 'asked';
  allowed: readonly Permission[];
  missing: readonly Permission[];
  /** Allowed, but not for every key. */
  withoutKeys: readonly Permission[];
  /** The server has no such command. */
  absent: readonly Permission[];
  /** Could not be found out without writing. */
  unknown: readonly Permission[];
}

export interface NodeTest {
  /** As the user or the cluster names it. */
  address: string;
  /** Where it was dialled: another address, or the path of a unix socket, when the address map says so. */
  dialled: string;
  /** Named by the user, or only by the cluster. */
  origin: 'given' | 'announced';
  nodeId?: string;
  steps: readonly TestStep[];
  certificate?: CertificateFacts;
  server?: { flavour: Flavour; version: string };
  permissions?: PermissionFindings;
}

/** An address the cluster announces and this computer cannot use. */
export interface UnreachableAddress {
  address: string;
  nodeId: string;
  hostname?: string;
  /** Other nodes reach it there: the node is well, the address is not one for us. */
  isWellForOthers: boolean;
  /** Where the same node, known by its id, did answer. */
  answersAt?: string;
}

export interface ConnectionTest {
  nodes: readonly NodeTest[];
  unreachable: readonly UnreachableAddress[];
  /** Announced -> dialled, of those that were found: to be added to the address map. */
  addressMap: Readonly<Record<string, string>>;
  durationMilliseconds: number;
  /** Through which all nodes were dialled. */
  jumpHost?: string;
}

export interface TestConnectionOptions {
  signal?: AbortSignal;
  /** `fraction` of 1. */
  onProgress?: (progress: { message: string; fraction: number }) => void;
}
