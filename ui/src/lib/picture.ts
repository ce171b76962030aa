/** An element of the page as a PNG: its copy with every style written out, drawn through an SVG. */

const SVG = "http://www.w3.org/2000/svg";

export async function toPng(element: HTMLElement, background: string): Promise<Blob> {
  const { width, height } = element.getBoundingClientRect();
  const copy = styled(element) as HTMLElement;
  copy.style.margin = "0";
  copy.style.background = background;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(height));
  const inside = document.createElementNS(SVG, "foreignObject");
  inside.setAttribute("width", "100%");
  inside.setAttribute("height", "100%");
  inside.append(copy);
  svg.append(inside);
  const image = new Image();
  // A data URL: drawn from a blob's, the canvas could not be read again.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  await image.decode();
  const scale = 2;
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  const context = canvas.getContext("2d")!;
  context.scale(scale, scale);
  context.drawImage(image, 0, 0);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"));
}

function styled(element: Element): Element {
  const copy = element instanceof HTMLCanvasElement ? pictureOf(element) : (element.cloneNode(false) as Element);
  const style = getComputedStyle(element);
  copy.setAttribute("style", [...style].map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"));
  if (element instanceof HTMLCanvasElement) return copy;
  for (const child of element.childNodes) {
    if (child instanceof Element) {
      if (!child.hasAttribute("data-no-picture")) copy.append(styled(child));
    } else copy.append(child.cloneNode());
  }
  return copy;
}

function pictureOf(canvas: HTMLCanvasElement): HTMLImageElement {
  const image = document.createElement("img");
  image.src = canvas.toDataURL();
  return image;
}

/** Gives a file to the person. */
export function download(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name.replace(/[\\/:*?"<>|\s]+/g, "-");
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
