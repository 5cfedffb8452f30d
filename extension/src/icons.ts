import { LabIcon } from "@jupyterlab/ui-components";

/** Three cells on one trail. */
const TRAIL_SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <circle cx="5" cy="5" r="3"/><circle cx="19" cy="12" r="3"/><circle cx="5" cy="19" r="3"/>
    <path d="M7 4h5a3.9 3.9 0 0 1 3.7 5.2l-1.9-.6A1.9 1.9 0 0 0 12 6H7z"/>
    <path d="M7 20h5a3.9 3.9 0 0 0 3.7-5.2l-1.9.6A1.9 1.9 0 0 1 12 18H7z"/>
  </g>
</svg>`;

export const trailIcon = new LabIcon({ name: "celltrail:trail", svgstr: TRAIL_SVG });
