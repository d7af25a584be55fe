package dev.lockstep.config;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The hub's cache of the repository for devices without internet. Keys under {@code lan_cache.}
 *
 * @param listen where it listens; absent where there is none
 * @param maxMegabytes how much it keeps on the disk, in MB (4096)
 */
public record LanCacheSettings(Optional<InetSocketAddress> listen, int maxMegabytes) {}
