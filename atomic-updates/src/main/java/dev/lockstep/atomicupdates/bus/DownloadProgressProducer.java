package dev.lockstep.atomicupdates.bus;

import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DownloadProgress;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells how far downloads are; the percentage of a job never goes down, also when one resumes. */
final class DownloadProgressProducer {
  private static final int REMEMBERED = 256;
  private final String device;
  private final Outlet outlet;
  private final Map<String, Integer> highest =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
          return size() > REMEMBERED;
        }
      };

  DownloadProgressProducer(String device, Outlet outlet) {
    this.device = device;
    this.outlet = outlet;
  }

  void publish(
      String jobId,
      String component,
      ReleaseVersion version,
      long done,
      long total,
      long perSecond) {
    int percent = total <= 0 ? 0 : (int) Math.min(100, done * 100 / total);
    long left = perSecond <= 0 ? 0 : Math.max(0, total - done) / perSecond;
    outlet.publish(
        Topics.DOWNLOAD_PROGRESS,
        DownloadProgress.newBuilder()
            .setJobId(jobId)
            .setDevice(device)
            .setComponent(component)
            .setVersion(Wire.version(version))
            .setBytesDone(done)
            .setBytesTotal(total)
            .setPercent(raised(jobId + '/' + component, percent))
            .setBytesPerSecond(perSecond)
            .setSecondsLeft((int) Math.min(Integer.MAX_VALUE, left))
            .build());
  }

  private synchronized int raised(String download, int percent) {
    return highest.merge(download, percent, Math::max);
  }
}
