/** The inner parts of the `xmlrpc` package, which its types leave out. */
declare module 'xmlrpc/lib/serializer' {
  export function serializeMethodCall(method: string, params: readonly unknown[]): string;
}

declare module 'xmlrpc/lib/deserializer' {
  type Answer = (
    error: (Error & { readonly faultCode?: unknown; readonly faultString?: unknown }) | null | undefined,
    value?: unknown,
  ) => void;

  class Deserializer {
    /** True while the text of a `<value>` without a type may follow. */
    value: boolean;
    responseType: 'params' | 'fault' | null;
    /** Values read so far; the members of a struct lie there as name, value, name, value. */
    readonly stack: unknown[];
    /** Where in the stack each open array and struct begins. */
    readonly marks: number[];
    push(value: unknown): void;
    endBase64(data: string): void;
    endI8(data: string): void;
    endStruct(data: string): void;
    endFault(data: string): void;
    deserializeMethodResponse(stream: NodeJS.ReadableStream, answer: Answer): void;
  }
  export = Deserializer;
}
