/** The halves of the `xmlrpc` package a server needs. */
declare module 'xmlrpc/lib/serializer' {
  export function serializeMethodResponse(result: unknown): string;
  export function serializeFault(fault: { readonly faultCode: number; readonly faultString: string }): string;
}
