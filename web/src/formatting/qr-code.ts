/** The text of an SVG picture with the QR code of an address; the code for it is fetched at first use. */
export async function qrCodeOf(address: string): Promise<string> {
  const { renderSVG } = await import('uqr');
  return renderSVG(address, { border: 1 });
}
