package io.mnestic.memory.read;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.v1.AttributeCondition;
import io.mnestic.memory.v1.AttributeValue;
import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NumberRange;
import java.util.Set;
import java.util.function.Predicate;

/** A {@link Filter} on memories in hand; the index has the same as a query. */
public final class MatchFilter implements Predicate<Memory> {
  private final Filter filter;
  private final Set<Integer> kinds;
  private final Set<String> sessions;
  private final Set<String> speakers;

  /** A predicate of this filter, which was checked. */
  public MatchFilter(Filter filter) {
    this.filter = filter;
    this.kinds = Set.copyOf(filter.getKindsValueList());
    this.sessions = Set.copyOf(filter.getSessionsList());
    this.speakers = Set.copyOf(filter.getSpeakersList());
  }

  @Override
  public boolean test(Memory memory) {
    return (kinds.isEmpty() || kinds.contains(memory.getKindValue()))
        && (sessions.isEmpty() || sessions.contains(memory.getTurn().getSession()))
        && (speakers.isEmpty() || speakers.contains(memory.getTurn().getSpeaker()))
        && (!filter.hasPinned() || filter.getPinned() == memory.getPinned())
        && inTime(memory)
        && isValid(memory)
        && filter.getAttributesList().stream().allMatch(condition -> holds(condition, memory));
  }

  private boolean inTime(Memory memory) {
    Timestamp time = contentTime(memory);
    return (!filter.hasFromTime() || Timestamps.compare(time, filter.getFromTime()) >= 0)
        && (!filter.hasToTime() || Timestamps.compare(time, filter.getToTime()) < 0);
  }

  private boolean isValid(Memory memory) {
    return (!filter.hasValidAt()
            || (endsAfter(memory, filter.getValidAt())
                && !beginsAfter(memory, filter.getValidAt())))
        && (!filter.hasValidAfter() || endsAfter(memory, filter.getValidAfter()))
        && (!filter.hasValidBefore()
            || !memory.hasValidFrom()
            || Timestamps.compare(memory.getValidFrom(), filter.getValidBefore()) < 0);
  }

  private static boolean beginsAfter(Memory memory, Timestamp time) {
    return memory.hasValidFrom() && Timestamps.compare(memory.getValidFrom(), time) > 0;
  }

  private static boolean endsAfter(Memory memory, Timestamp time) {
    return !memory.hasValidTo() || Timestamps.compare(memory.getValidTo(), time) > 0;
  }

  private static boolean holds(AttributeCondition condition, Memory memory) {
    AttributeValue value = memory.getAttributesMap().get(condition.getName());
    if (value == null) {
      return false;
    }
    return switch (condition.getConditionCase()) {
      case EQUALS -> same(value, condition.getEquals());
      case ANY_OF ->
          condition.getAnyOf().getValuesList().stream().anyMatch(one -> same(value, one));
      case RANGE -> value.hasNumber() && within(value.getNumber(), condition.getRange());
      case CONDITION_NOT_SET -> false;
    };
  }

  private static boolean same(AttributeValue one, AttributeValue other) {
    // -0.0 and 0.0 are one number, though not one message.
    boolean numbers = one.hasNumber() && other.hasNumber();
    return numbers ? one.getNumber() == other.getNumber() : one.equals(other);
  }

  private static boolean within(double number, NumberRange range) {
    return (!range.hasMin() || number >= range.getMin())
        && (!range.hasMax() || number <= range.getMax());
  }

  private static Timestamp contentTime(Memory memory) {
    return memory.hasTurn() ? memory.getTurn().getSaidTime() : memory.getCreateTime();
  }
}
