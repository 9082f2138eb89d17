/** The word that every secret of the sandbox and of the tests holds. */
export const SECRET_MARK: string;

export interface LeakOptions {
  /** More secrets to look for. */
  readonly secrets?: readonly string[];
  /** True where addresses of customers are allowed. */
  readonly emails?: boolean;
}

/** Names what of the forbidden stands in a text, and where, without repeating it. */
export function findLeaks(text: string, options?: LeakOptions): string[];
