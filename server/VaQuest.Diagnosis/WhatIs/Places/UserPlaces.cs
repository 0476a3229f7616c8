// UserPlaces: addresses of processes.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.WhatIs.Objects;
using VaQuest.Kernel;
using VaQuest.Kernel.Memory.Users;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.WhatIs.Places;

/// <summary>The mapping of the task in context: file and offset, heap, stack; else what the number may be instead.</summary>
internal sealed class UserPlaces(LinuxKernel kernel, PerCpuPlaces perCpu, ObjectLines objects) : IAddressPlaces
{
    public AddressAnswer? Find(VirtAddr address, AddressQuestion question)
    {
        bool isUser = kernel.Layout.Areas.Count == 0 ? address.Value >> 47 == 0 && kernel.Dump.WordSize == 8 : kernel.Layout.IsUser(address);
        if (!isUser)
        {
            return null;
        }

        KernelTask? task = question.Pid is { } pid ? kernel.Tasks.FindByPid(pid) : kernel.Stacks.PanicCpu is { } cpu ? kernel.Tasks.FindOnCpu(cpu) : null;
        string? reason = null;
        if (task is not null && kernel.UserAreas.Find(task, address, out reason) is { } area)
        {
            return Describe(address, task, area);
        }

        if (perCpu.FindPointer(address) is { } pointer)
        {
            return pointer.With("or a user address");
        }

        string whose = task is null
            ? question.Pid is { } missing ? FormattableString.Invariant($"; there is no PID {missing} in the dump") : ""
            : FormattableString.Invariant($"; of PID {task.Pid} {DumpText.Escape(task.Comm)}: {reason}");
        return new AddressAnswer { Address = address.Value, Kind = AddressKinds.User, Text = "user address, or a number" + whose };
    }

    private AddressAnswer Describe(VirtAddr address, KernelTask task, UserArea area)
    {
        string what = area.File is { } file
            ? $"{objects.FindPathOfFile(file) ?? "a file whose path is not in the dump"}+{Words.Hex(address - area.Start + area.FileOffset)}"
            : area.Role is { } role ? $"{role}+{Words.Hex(address - area.Start)}" : $"anonymous memory+{Words.Hex(address - area.Start)}";
        return new AddressAnswer
        {
            Address = address.Value,
            Kind = AddressKinds.User,
            Text = FormattableString.Invariant($"user address of PID {task.Pid} {DumpText.Escape(task.Comm)}: {what} ({area.Permissions})"),
            Details = [$"mapping {Words.Hex(area.Start.Value)}-{Words.Hex(area.End.Value)}, vm_area_struct at {area.Address}"],
        };
    }
}
