// BatchLookup: answers many addresses at once, unit by unit.
using VaQuest.Binary;
using VaQuest.DebugInfo.Lines;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// Sorts the addresses, so that each unit is loaded once and dropped when its addresses are answered, and shares the units among the
/// processors. Memory stays that of a few units, besides the answers.
/// </summary>
internal sealed class BatchLookup(DwarfImage image, ulong[] addresses)
{
    // A unit of a kernel has about 0.1 MB: this keeps the mapped part of a large file below some 30 MB.
    private const int GroupsPerDrop = 128;

    private readonly SourceFrames?[] _answers = new SourceFrames?[addresses.Length];
    private readonly Growable<Group> _groups = new(1024);
    private readonly ulong[] _sorted = (ulong[])addresses.Clone();
    private readonly int[] _order = Numbers(addresses.Length);
    private int _next;

    public SourceFrames?[] Run(CancellationToken cancellation)
    {
        Array.Sort(_sorted, _order);
        BuildGroups();
        int workers = Math.Min(Environment.ProcessorCount, _groups.Count);
        if (workers <= 1)
        {
            Work(cancellation);
        }
        else
        {
            Parallel.For(0, workers, _ => Work(cancellation));
        }

        cancellation.ThrowIfCancellationRequested();
        return _answers;
    }

    // A group is a run of sorted addresses in one unit. The same unit can come again (its functions are in several sections); it is
    // then loaded again, which costs less than keeping all.
    private void BuildGroups()
    {
        long unit = -1;
        int start = 0;
        for (int i = 0; i < _order.Length; i++)
        {
            long found = image.FindUnitOffset(addresses[_order[i]]);
            if (found != unit)
            {
                AddGroup(unit, start, i);
                unit = found;
                start = i;
            }
        }

        AddGroup(unit, start, _order.Length);
    }

    private void AddGroup(long unit, int start, int end)
    {
        if (unit >= 0 && end > start)
        {
            _groups.Add(new Group(unit, start, end));
        }
    }

    private void Work(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            int index = Interlocked.Increment(ref _next) - 1;
            if (index >= _groups.Count)
            {
                return;
            }

            Answer(_groups[index]);
            if (index % GroupsPerDrop == GroupsPerDrop - 1)
            {
                image.Elf.Bytes.DropResidentPages();
            }
        }
    }

    private void Answer(Group group)
    {
        try
        {
            DwarfUnit unit = DwarfUnit.Load(image, group.Unit);
            for (int i = group.Start; i < group.End; i++)
            {
                _answers[_order[i]] = UnitLookup.Find(unit, addresses[_order[i]], 0);
            }
        }
        catch (DumpFormatException error)
        {
            image.Report(error);
        }
    }

    private static int[] Numbers(int count)
    {
        var numbers = new int[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = i;
        }

        return numbers;
    }

    private readonly record struct Group(long Unit, int Start, int End);
}
