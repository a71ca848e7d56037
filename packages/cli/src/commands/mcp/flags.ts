export interface McpFlags {
  readonly allowWrite?: boolean;
  readonly allowRows?: boolean;
}
