// CpuMask: sets of CPUs as the kernel stores them.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Cpus;

/// <summary>Reads struct cpumask and cpumask_var_t, which is an array or a pointer by configuration (include/linux/cpumask.h).</summary>
public static class CpuMask
{
    /// <summary>The CPUs of a mask that is a member, as "0-3,7"; null when it cannot be read.</summary>
    public static string? ReadMember(LinuxKernel kernel, ObjectView view, string path)
    {
        if (kernel.Types.Catalog?.FindStruct(view.Tag)?.FindField(path) is not { } field)
        {
            return null;
        }

        VirtAddr? mask = field.Type.Unqualified is PointerType ? view.Pointer(path) : view.At(path);
        return mask is { } at ? Read(kernel, at) : null;
    }

    /// <summary>The CPUs of a mask, as "0-3,7"; "none" when it is empty; null when it is not in the dump.</summary>
    public static string? Read(LinuxKernel kernel, VirtAddr mask)
    {
        int last = kernel.Cpus.Possible.Count == 0 ? 0 : kernel.Cpus.Possible[^1];
        var set = new List<int>();
        int wordBits = kernel.Reader.WordSize * 8;
        for (int word = 0; word <= last / wordBits; word++)
        {
            if (!kernel.Reader.TryReadWord(mask + ((ulong)word * (ulong)kernel.Reader.WordSize), out ulong bits))
            {
                return null;
            }

            for (int bit = 0; bit < wordBits && (word * wordBits) + bit <= last; bit++)
            {
                if (((bits >> bit) & 1) != 0)
                {
                    set.Add((word * wordBits) + bit);
                }
            }
        }

        return Format(set);
    }

    /// <summary>Ascending numbers as ranges.</summary>
    public static string Format(IReadOnlyList<int> cpus)
    {
        var parts = new List<string>();
        for (int i = 0; i < cpus.Count;)
        {
            int end = i;
            while (end + 1 < cpus.Count && cpus[end + 1] == cpus[end] + 1)
            {
                end++;
            }

            parts.Add(i == end ? FormattableString.Invariant($"{cpus[i]}") : FormattableString.Invariant($"{cpus[i]}-{cpus[end]}"));
            i = end + 1;
        }

        return parts.Count == 0 ? "none" : string.Join(',', parts);
    }
}
