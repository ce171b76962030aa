/** Columns dragged onto one another, in the head of a table and in the list of its columns. */
import { type DragEvent, useState } from "react";

const DRAGGED = "application/x-column";

export const draggedColumn = (key: string) => ({
  draggable: true,
  onDragStart: ({ dataTransfer }: DragEvent) => {
    dataTransfer.setData(DRAGGED, key);
    dataTransfer.effectAllowed = "move";
  },
});

/** A place where a column may be let go; `over` while one is held above it. */
export function useDrop(onDrop: (key: string) => void) {
  const [over, setOver] = useState(false);
  const place = {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes(DRAGGED)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      onDrop(event.dataTransfer.getData(DRAGGED));
    },
  };
  return { over, place };
}
