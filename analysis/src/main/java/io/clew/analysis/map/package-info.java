/** Who calls whom and what: services, databases, caches, queues, hosts outside, entry points and paths. */
@NullMarked
package io.clew.analysis.map;

import org.jspecify.annotations.NullMarked;
