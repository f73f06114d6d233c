using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Palisade.Hosting;
using Palisade.Kubernetes;
using Palisade.Operator.Hosting;
using Palisade.Runtime.Controllers;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Metrics;

/// <summary>docs/metrics.md names every metric, and no other.</summary>
public sealed class MetricsDocumentationTests
{
    [Fact]
    public async Task SectionOperator_NamesEveryMetricAndNoOther()
    {
        // The program makes them as it is put together; nothing is read before it is started.
        await using var program = OperatorHost.Build(new OperatorOptions(), new() { Server = new Uri("https://192.0.2.1") });

        MetricReference.Documented("Operator").ShouldBe(MetricReference.Exposed(OperatorMetrics.MeterName));
    }

    [Fact]
    public void SectionEveryProgram_NamesEveryMetricAndNoOther()
    {
        Type[] oneOfEachAssembly = [typeof(KubernetesMeter), typeof(ReconcileMetrics), typeof(MetricsCollector)];
        foreach (var type in oneOfEachAssembly.SelectMany(one => one.Assembly.GetTypes()).Where(IsMeasured))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        string[] exposed = [.. MetricReference.Exposed(KubernetesMeter.Name), .. MetricReference.Exposed("Palisade.Hosting")];
        MetricReference.Documented("Every program").ShouldBe(exposed.Order(StringComparer.Ordinal));
    }

    /// <summary>Whether a class keeps instruments of its own; they are made when it is first used.</summary>
    private static bool IsMeasured(Type type) =>
        !type.ContainsGenericParameters
        && type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
            .Any(field => field.FieldType.IsAssignableTo(typeof(Instrument)));
}
