/* The published formulas of GCJ-02 and BD-09, as geodata/datum_formulas.py has them; degrees, longitude first. */
(function () {
  "use strict";
  const A = 6378245.0, EE = 0.00669342162296594323, BD = Math.PI * 3000 / 180;
  const waves = (x, ...parts) => parts.reduce((sum, [size, period]) => sum + size * Math.sin(x * Math.PI / period), 0) * 2 / 3;

  function gcj02(lon, lat) {
    if (!(lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271)) return [lon, lat];
    const x = lon - 105, y = lat - 35, far = Math.sqrt(Math.abs(x));
    const ripple = (20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2 / 3;
    const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * far + ripple + waves(y, [20, 1], [40, 3], [160, 12], [320, 30]);
    const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * far + ripple + waves(x, [20, 1], [40, 3], [150, 12], [300, 30]);
    const phi = lat * Math.PI / 180, magic = 1 - EE * Math.sin(phi) ** 2;
    const meridian = A * (1 - EE) / (magic * Math.sqrt(magic)), parallel = A / Math.sqrt(magic) * Math.cos(phi);
    return [lon + east / parallel * 180 / Math.PI, lat + north / meridian * 180 / Math.PI];
  }

  function bd09(lon, lat) {
    const [x, y] = gcj02(lon, lat);
    const radius = Math.hypot(x, y) + 0.00002 * Math.sin(y * BD), angle = Math.atan2(y, x) + 0.000003 * Math.cos(x * BD);
    return [radius * Math.cos(angle) + 0.0065, radius * Math.sin(angle) + 0.006];
  }

  /* Between CGCS2000 and WGS84 lie centimetres, which no pointer can tell. */
  const datums = (lon, lat) => ({ cgcs2000: [lon, lat], wgs84: [lon, lat], gcj02: gcj02(lon, lat), bd09: bd09(lon, lat) });
  Object.assign(window.grid, { datums });
})();
